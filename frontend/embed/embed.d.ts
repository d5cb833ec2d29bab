/**
 * What a page gets from Twofold's `/embed.js`: two elements and their events.
 *
 *     <script type="module" src="https://2fa.example.com/embed.js"></script>
 *     <twofold-security session-url="/my/twofold-session"></twofold-security>
 */

/** Why a widget cannot go on; Twofold may add words to these. */
export type TwofoldErrorReason =
  /** The element has neither `session-url` nor `ticket`. */
  | "ticket_missing"
  /** `session-url` did not answer within ten seconds, or with something else than `{"ticket": "…"}`; or `fetchTicket` failed. */
  | "session_unavailable"
  /** Your server knows nobody any more: `session-url` answered 401 or 403, redirected, or answered with a page. */
  | "signed_out"
  /** This page's origin is not one of the site's. The console says how to register it. */
  | "wrong_origin"
  /** The ticket is one for the other element. */
  | "wrong_ticket"
  /** Twofold did not answer, or the browser does not show its page here. The console says what to look at. */
  | "widget_unavailable"
  /** `session-url` answered twice with a ticket that was used or is too old: it must ask for a new one at every request. */
  | "ticket_over"
  /** The page in the frame could not start: the browser is too old, or a file of Twofold did not arrive. */
  | "failed"
  | (string & {});

/** What is different in the Security tab; Twofold may add words to these. */
export type TwofoldChange =
  | "turned_on"
  | "turned_off"
  | "authenticator_added"
  | "authenticator_replaced"
  | "authenticator_renamed"
  | "authenticator_removed"
  | "email_added"
  | "recovery_codes_reset"
  | (string & {});

/** They bubble, and cross shadow roots. None of them proves anything: ask Twofold's API, from your server. */
export interface TwofoldColonEventMap {
  /** The widget answers. */
  "twofold:ready": CustomEvent<null>;
  /** The user changed something in the Security tab. */
  "twofold:change": CustomEvent<{ what: TwofoldChange }>;
  /** The challenge was passed: let your server redeem it. */
  "twofold:passed": CustomEvent<{ challenge: string }>;
  /** The session or the challenge is over. With a `session-url` or `fetchTicket` the element goes on by itself. */
  "twofold:expired": CustomEvent<null>;
  /** The widget cannot go on, and says so. */
  "twofold:error": CustomEvent<{ reason: TwofoldErrorReason }>;
}

/** Each event comes under a second name, too, without the colon, for templates that bind none with one. */
export interface TwofoldEventMap extends TwofoldColonEventMap {
  "twofold-ready": TwofoldColonEventMap["twofold:ready"];
  "twofold-change": TwofoldColonEventMap["twofold:change"];
  "twofold-passed": TwofoldColonEventMap["twofold:passed"];
  "twofold-expired": TwofoldColonEventMap["twofold:expired"];
  "twofold-error": TwofoldColonEventMap["twofold:error"];
}

/**
 * Attributes: `session-url` (answers a POST with `{"ticket": "…"}`) or `ticket`, which opens a widget once; `lang`;
 * `theme` (`light`, `dark`, or `auto`: like the page around it, by its CSS `color-scheme`).
 */
export interface TwofoldElement extends HTMLElement {
  /**
   * Your own way to a ticket, in the place of `session-url`: with a bearer token, a CSRF header, at another origin. It is
   * asked for each ticket, the renewals too. What it throws with a `status` of 401 or 403 says that nobody is signed in.
   */
  fetchTicket: (() => Promise<string>) | null;
  addEventListener<K extends keyof TwofoldEventMap>(
    type: K,
    listener: (this: this, event: TwofoldEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: this, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

/** `<twofold-security>`: the Security tab of the user who is signed in. */
export interface TwofoldSecurity extends TwofoldElement {}

/** `<twofold-challenge>`: asks for the second factor. */
export interface TwofoldChallenge extends TwofoldElement {}

/** The elements in a template: of JSX, Svelte and Vue. */
export interface TwofoldAttributes {
  "session-url"?: string | undefined;
  ticket?: string | undefined;
  fetchTicket?: (() => Promise<string>) | null | undefined;
  lang?: string | undefined;
  theme?: "light" | "dark" | "auto" | undefined;
  id?: string | undefined;
  class?: string | undefined;
  style?: string | object | undefined;
  key?: string | number | undefined;
  ref?: unknown;
  "ontwofold-ready"?: ((event: TwofoldEventMap["twofold-ready"]) => unknown) | undefined;
  "ontwofold-change"?: ((event: TwofoldEventMap["twofold-change"]) => unknown) | undefined;
  "ontwofold-passed"?: ((event: TwofoldEventMap["twofold-passed"]) => unknown) | undefined;
  "ontwofold-expired"?: ((event: TwofoldEventMap["twofold-expired"]) => unknown) | undefined;
  "ontwofold-error"?: ((event: TwofoldEventMap["twofold-error"]) => unknown) | undefined;
}

/** In a template. */
export interface TwofoldElements {
  "twofold-security": TwofoldAttributes;
  "twofold-challenge": TwofoldAttributes;
}

declare global {
  interface HTMLElementTagNameMap {
    "twofold-security": TwofoldSecurity;
    "twofold-challenge": TwofoldChallenge;
  }
  /** Preact, Solid, Stencil and other JSX; for React, `@twofold/react` has them. */
  namespace JSX {
    interface IntrinsicElements extends TwofoldElements {}
  }
  namespace svelteHTML {
    interface IntrinsicElements extends TwofoldElements {}
  }
  interface GlobalEventHandlersEventMap extends TwofoldEventMap {}
}
