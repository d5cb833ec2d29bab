/** A content security policy by its directives, in either spelling: `script-src` or `scriptSrc`, as Helmet has it. */
export type Policy = Record<string, Iterable<string> | string>;

/** What an absent directive is governed by. */
const FALLBACK: Record<string, string[]> = {
  "script-src": ["default-src"],
  "frame-src": ["child-src", "default-src"],
  "connect-src": ["default-src"],
  // Without one every address may be posted to.
  "form-action": [],
};

/** The policy, and what the two elements need: the script, its frame and its form from Twofold, the ticket from your own origin. */
export function withTwofold(policy: string, twofold: string): string;
export function withTwofold(policy: Policy, twofold: string): Record<string, string[]>;
export function withTwofold(policy: Policy | string, twofold: string): Record<string, string[]> | string {
  const directives = typeof policy === "string" ? parsed(policy) : spelled(policy);
  for (const directive of ["script-src", "frame-src", "form-action"]) admit(directives, directive, twofold);
  admit(directives, "connect-src", "'self'");
  if (typeof policy !== "string") return directives;
  return Object.entries(directives).map((words) => words.flat().join(" ")).join("; ");
}

function admit(directives: Record<string, string[]>, directive: string, source: string): void {
  const governs = [directive, ...(FALLBACK[directive] ?? [])].find((name) => directives[name]);
  const sources = governs === undefined ? undefined : directives[governs];
  if (!sources || sources.includes(source)) return;
  directives[directive] = [...sources.filter((other) => other !== "'none'"), source];
}

function parsed(policy: string): Record<string, string[]> {
  const directives: Record<string, string[]> = {};
  for (const part of policy.split(";")) {
    const [name, ...sources] = part.trim().split(/\s+/);
    // Browsers keep the first of two.
    if (name) directives[name.toLowerCase()] ??= sources;
  }
  return directives;
}

function spelled(policy: Policy): Record<string, string[]> {
  const pairs = Object.entries(policy).map(([name, sources]): [string, string[]] => {
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [kebab, typeof sources === "string" ? sources.split(/\s+/) : [...sources]];
  });
  return Object.fromEntries(pairs);
}
