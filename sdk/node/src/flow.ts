import { isIP } from "node:net";
import type { AskedChallenge, EndUser, Kind, OpenedChallenge, Outcome } from "./api.js";
import { Twofold } from "./client.js";
import { cookie, setCookie } from "./cookie.js";
import { type Policy, withTwofold } from "./csp.js";
import { TwofoldError, unanswered } from "./error.js";
import { challengeHtml, securityHtml } from "./html.js";
import { PENDING_FOR, type Pending, Sealer } from "./pending.js";
import { type Settings, settled } from "./settings.js";

/** One of your users, by your own id. `label` is what authenticator apps show (`email`, unless given), `email` where codes may be mailed. */
export interface User {
  id: string;
  label?: string | undefined;
  email?: string | undefined;
  /**
   * The challenge that they passed to sign in, as `done` has it: keep it with the rest. After a bypass code it is what lets them
   * replace the lost authenticator in the Security tab.
   */
  signIn?: string | undefined;
}

/** What every framework's middleware takes. */
export interface FlowSettings extends Settings {
  /** Below this our routes are: `session`, `ticket`, `confirm` and `confirm.js`. `/twofold` unless given. */
  prefix?: string | undefined;
  /** Another address for `{prefix}/session`. */
  sessionUrl?: string | undefined;
  /** Another address for `{prefix}/ticket`. */
  ticketUrl?: string | undefined;
  /** Your page with the challenge: people are sent there. `/confirm` unless given. */
  confirmUrl?: string | undefined;
  /** The cookie that holds a trusted device; `twofold_device` unless given. */
  deviceCookie?: string | undefined;
  /** Whether cookies are sent over HTTPS only. Unless given: where Twofold is on HTTPS, too. */
  secure?: boolean | undefined;
}

/** What a second factor is asked for. */
export interface Asked {
  user: User;
  /** What for, in your own words; `sign_in` unless given. Only for that a trusted device is good. */
  action?: string | undefined;
  /** Kept for `done`, unread by the browser: where to go, what is paid for. JSON, at most 1 KiB or so: it is in a cookie. */
  data?: unknown;
}

/** Whom you may let in, for what. */
export interface Confirmed {
  user: User;
  action: string;
  data?: unknown;
  /** `not_enrolled` and `trusted_device`: there was nothing to ask. */
  status: "passed" | "not_enrolled" | "trusted_device";
  /** What the person proved themselves with, if they were asked. */
  kind?: Kind | undefined;
}

/** One request of a browser, and the cookies of its answer, whatever the framework. */
export interface Exchange {
  header(name: string): string | undefined;
  address?: string | undefined;
  setCookie(header: string): void;
}

const SIGN_IN = "sign_in";

/** The way through the second factor. It ends in somebody's being let in, or in an error: nothing between. */
export class Flow {
  readonly twofold: Twofold;
  readonly prefix: string;
  readonly sessionUrl: string;
  readonly ticketUrl: string;
  readonly confirmUrl: string;
  readonly #deviceCookie: string;
  readonly #pendingCookie: string;
  readonly #secure: boolean;
  readonly #sealer: Sealer;

  constructor(settings: FlowSettings) {
    this.twofold = new Twofold(settings);
    this.prefix = (settings.prefix ?? "/twofold").replace(/\/+$/, "");
    this.sessionUrl = settings.sessionUrl ?? `${this.prefix}/session`;
    this.ticketUrl = settings.ticketUrl ?? `${this.prefix}/ticket`;
    this.confirmUrl = settings.confirmUrl ?? "/confirm";
    this.#secure = settings.secure ?? this.twofold.publicUrl.startsWith("https:");
    this.#deviceCookie = settings.deviceCookie ?? "twofold_device";
    // Browsers take the prefix from this very host over HTTPS only: no neighbour can put one there.
    this.#pendingCookie = this.#secure ? "__Host-twofold_pending" : "twofold_pending";
    this.#sealer = new Sealer(settled(settings).key);
  }

  /** Opens a challenge. Without an answer the person must be asked, at `confirmUrl`: they are nobody until then. */
  async start(exchange: Exchange, signedIn: User | undefined, { user, action = SIGN_IN, data }: Asked): Promise<Confirmed | undefined> {
    const device = action === SIGN_IN ? cookie(exchange.header("cookie"), this.#deviceCookie) : undefined;
    try {
      const opened = await this.#open(exchange, user, action, device);
      if (opened.status !== "not_enrolled" && !(opened.status === "trusted_device" && device)) {
        this.#keep(exchange, { challenge: asked(opened).id, user: named(user), action, data, by: signedIn?.id, since: Date.now() });
        return undefined;
      }
      this.#forget(exchange);
      return { user, action, data, status: opened.status };
    } catch (error) {
      // What was pending before is over, whatever came.
      this.#forget(exchange);
      throw error;
    }
  }

  /** Who is to be asked what for, in this browser. They are not signed in. */
  pending(exchange: Exchange, signedIn: User | undefined): Pending | undefined {
    const pending = this.#sealer.open(cookie(exchange.header("cookie"), this.#pendingCookie));
    return pending?.by === signedIn?.id ? pending : undefined;
  }

  /** The ticket for the Security tab of whoever is signed in. */
  async session(exchange: Exchange, signedIn: User | undefined): Promise<{ ticket: string }> {
    ours(exchange);
    if (!signedIn) throw new TwofoldError("signed_out", 401, "Sign in first.");
    const user = named(signedIn);
    const after = signedIn.signIn ? { sign_in: signedIn.signIn } : {};
    const { ticket } = await this.twofold.issueSessionTicket({ user: { ...user, label: user.label ?? user.id }, ...after });
    return { ticket: present(ticket, "ticket") };
  }

  /** A ticket for the challenge of this browser; for another one, if its time is over. */
  async ticket(exchange: Exchange, signedIn: User | undefined): Promise<{ ticket: string }> {
    ours(exchange);
    const pending = this.pending(exchange, signedIn);
    if (!pending) throw new TwofoldError("signed_out", 401, "Sign in first.");
    try {
      const { ticket } = await this.twofold.issueChallengeTicket(pending.challenge, {});
      return { ticket: present(ticket, "ticket") };
    } catch (error) {
      if (!isOver(error)) throw error;
    }
    return { ticket: present((await this.#again(exchange, pending)).ticket, "ticket") };
  }

  /**
   * Redeems the challenge that this server opened for this browser, or answers it with the `code` of your own form. Whatever
   * else the browser says is not read.
   */
  async confirm(exchange: Exchange, signedIn: User | undefined, form: Record<string, unknown>): Promise<Confirmed> {
    ours(exchange);
    const pending = this.#pending(exchange, signedIn);
    const { challenge, user, action, data } = pending;
    const outcome = await this.#outcome(pending, exchange, form).catch(async (error: unknown) => {
      // In your own form their next try is to be worth something; the widget asks for a ticket by itself.
      if (isOver(error) && form.code) await this.#again(exchange, pending);
      throw error;
    });
    if (outcome.id !== challenge || outcome.user?.id !== user.id || outcome.action !== action) {
      throw new TwofoldError("another_challenge", 403, "That was for somebody or something else. Please start again.");
    }
    this.#forget(exchange);
    if (outcome.device && action === SIGN_IN) {
      const { token, expires_at } = outcome.device;
      if (/^[\w.~+/=-]{1,512}$/.test(token)) exchange.setCookie(setCookie(this.#deviceCookie, token, this.#secure, new Date(expires_at)));
    }
    const who = action === SIGN_IN ? { ...user, signIn: challenge } : user;
    return { user: who, action, data, status: "passed", kind: outcome.kind };
  }

  securityHtml(): string {
    return securityHtml(this.twofold.publicUrl, this.sessionUrl);
  }

  challengeHtml(fields?: Record<string, string>): string {
    return challengeHtml(this.twofold.publicUrl, this.prefix, this.ticketUrl, fields);
  }

  csp(policy: string): string;
  csp(policy: Policy): Record<string, string[]>;
  csp(policy: Policy | string): Record<string, string[]> | string {
    return withTwofold(policy as Policy, this.twofold.publicUrl);
  }

  #outcome({ challenge }: Pending, exchange: Exchange, form: Record<string, unknown>): Promise<Outcome> {
    const { code, remember } = form;
    const end_user = endUser(exchange);
    if (typeof code !== "string" || code === "") return this.twofold.redeemChallenge(challenge, { end_user });
    return this.twofold.answerChallenge(challenge, { code, remember_device: remember === "yes", end_user });
  }

  #pending(exchange: Exchange, signedIn: User | undefined): Pending {
    const pending = this.pending(exchange, signedIn);
    if (!pending) throw new TwofoldError("nothing_pending", 409, "There is nothing to confirm any more. Please start again.");
    return pending;
  }

  async #again(exchange: Exchange, pending: Pending): Promise<AskedChallenge> {
    const opened = asked(await this.#open(exchange, pending.user, pending.action));
    this.#keep(exchange, { ...pending, challenge: opened.id });
    return opened;
  }

  #open(exchange: Exchange, user: User, action: string, device?: string): Promise<OpenedChallenge> {
    return this.twofold.openChallenge({ user: named(user), action, end_user: endUser(exchange), ...(device ? { device } : {}) });
  }

  #keep(exchange: Exchange, pending: Pending): void {
    const sealed = this.#sealer.seal(pending);
    if (sealed.length > 3_500) throw new RangeError("`data` is too large for a cookie: keep an id, and what it stands for on your server");
    exchange.setCookie(setCookie(this.#pendingCookie, sealed, this.#secure, new Date(pending.since + PENDING_FOR)));
  }

  #forget(exchange: Exchange): void {
    exchange.setCookie(setCookie(this.#pendingCookie, "", this.#secure));
  }
}

/** A challenge that somebody must answer; any status that is not known is an error. */
function asked(opened: OpenedChallenge): AskedChallenge {
  if (opened.status !== "open" && opened.status !== "enrollment_required") {
    throw unanswered("answer_malformed", `a challenge with the status ${opened.status}`);
  }
  present(opened.id, "id");
  return opened;
}

function present(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw unanswered("answer_malformed", `there is no ${name}`);
  return value;
}

function isOver(error: unknown): boolean {
  return error instanceof TwofoldError && ["challenge_expired", "challenge_already_answered"].includes(error.code);
}

/** What Twofold may know of a user, and nothing else of your object. */
function named({ id, label, email }: User): User {
  if (typeof id !== "string") throw new TypeError("the id of a user is a string: String(user.id)");
  const name = label || email;
  return { id, ...(name ? { label: name } : {}), ...(email ? { email } : {}) };
}

/** Only your own pages post here. Browsers that do not say where a request comes from are left to `SameSite`. */
function ours(exchange: Exchange): void {
  if (!["same-origin", "none", undefined].includes(exchange.header("sec-fetch-site"))) throw new TwofoldError("foreign_page", 403, "This was sent by a page of another origin.");
}

function endUser(exchange: Exchange): EndUser {
  const address = exchange.address?.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
  const agent = exchange.header("user-agent");
  return { ...(address && isIP(address) ? { address } : {}), ...(agent ? { user_agent: agent.slice(0, 1024) } : {}) };
}
