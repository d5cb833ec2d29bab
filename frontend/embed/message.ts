/** What the frame may say to the page around it. None of it is taken for true: it moves pixels and raises events. */
export type Message =
  | { type: "ready"; resume?: string }
  | { type: "height"; height: number }
  | { type: "change"; what: string }
  | { type: "where" }
  | { type: "passed"; challenge: string }
  | { type: "expired" }
  | { type: "error"; reason: string };

const TALLEST = 20_000;

/** The message in `event`, or nothing: it must come from this window, of this origin, and have the shape of one. */
export function message(event: MessageEvent, source: Window | null, origin: string): Message | undefined {
  return source && event.source === source && event.origin === origin ? shaped(event.data) : undefined;
}

function shaped(data: unknown): Message | undefined {
  if (typeof data !== "object" || !data) return;
  const { twofold, type, resume, height, challenge, reason, what } = data as Record<string, unknown>;
  if (twofold !== 1) return;
  switch (type) {
    case "ready":
      return resume === undefined ? { type } : text(resume, /^[\x21-\x7e]{1,1024}$/) ? { type, resume } : undefined;
    case "height":
      return typeof height === "number" && height > 0 && height <= TALLEST ? { type, height } : undefined;
    case "passed":
      return text(challenge, /^[\w-]{1,64}$/) ? { type, challenge } : undefined;
    case "error":
      return text(reason, /^\w{1,64}$/) ? { type, reason } : undefined;
    case "change":
      return text(what, /^\w{1,64}$/) ? { type, what } : undefined;
    case "where":
    case "expired":
      return { type };
  }
  return;
}

function text(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}
