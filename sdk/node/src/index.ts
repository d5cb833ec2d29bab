export type * from "./api.js";
export { Twofold } from "./client.js";
export { TwofoldError } from "./error.js";
export type { Settings } from "./settings.js";
