/** The host has this long to answer, in milliseconds. */
const PATIENCE = 10_000;

/** Asks the host's server for a ticket. Whatever is not exactly that is an error. */
export async function fetchTicket(url: string, signal: AbortSignal): Promise<string> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  signal.addEventListener("abort", () => patience.abort());
  try {
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: { accept: "application/json" },
      signal: patience.signal,
    });
    const ticket: unknown = answer.ok && (await answer.json())?.ticket;
    if (typeof ticket !== "string" || !ticket) throw new Error(`${url} answered ${answer.status} without a ticket`);
    return ticket;
  } finally {
    clearTimeout(timer);
  }
}
