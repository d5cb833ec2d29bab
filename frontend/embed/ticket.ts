/** Whoever is asked has this long to answer, in milliseconds. */
const PATIENCE = 10_000;

/** The page's own way to a ticket. */
export type FetchTicket = () => Promise<string>;

/** The host knows nobody any more: nothing is wrong with the network. */
export class SignedOut extends Error {}

/** Asks the page's own function for a ticket, or the host's server. Whatever is not exactly that is an error. */
export async function askForTicket(whom: FetchTicket | string, signal: AbortSignal): Promise<string> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  signal.addEventListener("abort", () => patience.abort());
  const impatient = new Promise<never>((_, fail) => {
    patience.signal.addEventListener("abort", () => fail(new Error("no ticket within ten seconds")));
  });
  try {
    return await Promise.race([typeof whom === "string" ? post(whom, patience.signal) : call(whom), impatient]);
  } finally {
    clearTimeout(timer);
  }
}

async function call(fetchTicket: FetchTicket): Promise<string> {
  try {
    const ticket: unknown = await fetchTicket();
    if (typeof ticket === "string" && ticket) return ticket;
  } catch (cause) {
    // As the usual clients of HTTP say it.
    const { status, response } = (cause ?? {}) as { status?: unknown; response?: { status?: unknown } };
    if (isRefusal(status ?? response?.status)) throw new SignedOut("fetchTicket was refused", { cause });
    throw cause;
  }
  throw new Error("fetchTicket gave no ticket");
}

async function post(url: string, signal: AbortSignal): Promise<string> {
  const ask = (redirect: RequestRedirect) =>
    fetch(url, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: { accept: "application/json" },
      redirect,
      signal,
    });
  let answer = await ask("manual");
  const redirects = answer.type === "opaqueredirect";
  // To the same page with a slash, perhaps. Where it leads elsewhere, this page may not even see what is there.
  if (redirects) answer = await ask("follow").catch(() => answer);
  const text = await answer.text();
  const ticket = answer.ok && ticketIn(text);
  if (ticket) return ticket;
  const isPage = answer.ok && /^\s*</.test(text);
  const what = `${url} ${redirects ? "redirects, and " : ""}answered ${answer.status || "elsewhere"} without a ticket`;
  throw redirects || isPage || isRefusal(answer.status) ? new SignedOut(what) : new Error(what);
}

function ticketIn(text: string): string | undefined {
  try {
    const ticket: unknown = JSON.parse(text)?.ticket;
    return typeof ticket === "string" ? ticket : undefined;
  } catch {
    return;
  }
}

function isRefusal(status: unknown): boolean {
  return status === 401 || status === 403;
}
