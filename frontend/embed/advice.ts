import { TWOFOLD } from "./frame.ts";

/** What a developer does about it, for the console. `undefined`: somebody else has said it. */
export function advise(reason: string, asked: string | null): string | undefined {
  switch (reason) {
    case "ticket_over":
      return `${asked} answers with a ticket that was used or is older than a minute. Have it ask for a new one at every request, and save the session if the ticket stands in it.`;
    case "wrong_origin":
      return origin === "null"
        ? "this page has no origin: it is a file, or in a sandboxed frame. Serve it by http."
        : `this page's origin, ${origin}, is not registered. On Twofold's server: twofold site update <site> --add-origin ${origin}`;
    case "wrong_ticket":
      return `${asked ?? "ticket"} is for the other element: <twofold-security> takes tickets of /v1/sessions, <twofold-challenge> those of a challenge.`;
    case "widget_unavailable":
      return `nothing came from ${TWOFOLD}. Is it reached at this address, its public_url, and does this page's Content-Security-Policy have it in frame-src and form-action?`;
  }
  return;
}
