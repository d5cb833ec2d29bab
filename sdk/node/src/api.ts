// Generated from the OpenAPI document of Twofold by `npm run generate`. Do not edit.
import { segment } from "./segment.js";

/** Whose recovery codes are saved. */
export interface Acknowledgement {
  end_user?: null | EndUser | undefined;
  user: KnownUser;
}

/** A challenge: let nobody in before it is redeemed. */
export interface AskedChallenge {
  /** Until when the challenge can be passed. */
  expires_at: Moment;
  id: string;
  /** What the user can answer with. */
  kinds: Kind[];
  status: AskedStatus;
  /** For `<twofold-challenge>`: good once, for a minute. */
  ticket: string;
}

/** A code is asked for. */
export interface AskedForCode {
  end_user?: null | EndUser | undefined;
}

/** Why the user is asked. */
export type AskedStatus = "open" | "enrollment_required";

/** A user, and what may be remembered of them. */
export interface AskedUser {
  /** Where they can be written to: at most 254 characters. Only with `label`. */
  email?: string | null | undefined;
  /** The site's id of the user: 1 to 128 characters, taken exactly as sent. */
  id: string;
  /**
   * What authenticator apps show, an e-mail address say: 1 to 128 characters, no colon. What was said before stays, if
   * it is absent.
   */
  label?: string | null | undefined;
}

/** Something that happened. */
export interface AuditEvent {
  /** From where it was asked for: the person's address, or that of the site's server, where it did not say. */
  address?: string | null | undefined;
  at: Moment;
  browser?: string | null | undefined;
  /** The administrator who did it, by their id; absent where the user did it, or the site's server. */
  by?: string | null | undefined;
  /** Why a code was refused. */
  cause?: string | null | undefined;
  factor?: null | Kind | undefined;
  id: string;
  /** `challenge.passed`, say. */
  kind: string;
  /** What an administrator gave as the reason. */
  reason?: string | null | undefined;
  /** The name of the authenticator. */
  subject?: string | null | undefined;
  user: string;
}

/** A page of events, newest first. */
export interface AuditEvents {
  events: AuditEvent[];
  /** The `cursor` of the next page; absent on the last one. */
  next?: string | null | undefined;
}

/** An active authenticator. */
export interface AuthenticatorDocument {
  added_at: Moment;
  id: string;
  name: string;
  used_at?: null | Moment | undefined;
}

/**
 * What the user's app is given, or where the code went. `secret`, `provisioning_uri` and `qr_svg` are the secret: show them
 * and forget them.
 */
export interface BegunEnrollment {
  expires_at: Moment;
  id: string;
  /** The masked address that the code was mailed to. With `email` only. */
  mailed_to?: string | null | undefined;
  /** With `totp` only. */
  provisioning_uri?: string | null | undefined;
  /** With `totp` only. */
  qr_svg?: string | null | undefined;
  /** Base32, for typing in. With `totp` only. */
  secret?: string | null | undefined;
}

/** A bypass code, in this answer and never again. */
export interface BypassCodeDocument {
  /** What the user types at the challenge: in any case, with or without its dashes. */
  code: string;
  expires_at: Moment;
}

/** A challenge. */
export interface ChallengeDocument {
  action: string;
  expires_at: Moment;
  id: string;
  /** What it was passed with. */
  kind?: null | Kind | undefined;
  opened_at: Moment;
  passed_at?: null | Moment | undefined;
  status: Status;
  user: UserOf;
}

/** What opens the challenge in its widget, once. */
export interface ChallengeTicket {
  expires_at: Moment;
  ticket: string;
}

/** The first code of the new authenticator, or the one that was mailed. */
export interface Confirmation {
  /** Six digits, or the eight that were mailed. */
  code: string;
  end_user?: null | EndUser | undefined;
  /** What the user calls the authenticator: 1 to 64 characters. */
  name?: string | null | undefined;
  user: KnownUser;
}

/** What must be saved before the enrollment is acknowledged. */
export interface ConfirmedEnrollment {
  recovery_codes?: string[] | null | undefined;
}

/** From where the person asks, as the site's server sees it. For the audit log, and for what a trusted device is called. */
export interface EndUser {
  /**
   * The person's IPv4 or IPv6 address, with a port or without. What does not read as one is left out: a proxy's `unknown`,
   * say.
   */
  address?: string | null | undefined;
  /** The `User-Agent` of the person's browser: at most 1024 characters. Only browser and system are kept. */
  user_agent?: string | null | undefined;
}

/** The kinds that can be enrolled. */
export type EnrolledKind = "totp" | "email";

/** Nothing is required of the user until its end, whatever else is said. */
export interface ExemptionDocument {
  reason: string;
  until: Moment;
}

/** A method of proving oneself. */
export type Kind = "totp" | "email" | "recovery_code" | "bypass_code";

/** A user, by the site's own id. */
export interface KnownUser {
  /** The site's id of the user: 1 to 128 characters, taken exactly as sent. */
  id: string;
}

/** Wrong codes have locked a kind of factor. */
export interface LockDocument {
  kind: Kind;
  /** Whether it is stopped for days, and does not only wait between two tries. */
  stopped: boolean;
  /** When a code is judged again. */
  until: Moment;
}

/** A code that is on its way. Whether its letter arrives is not known here. */
export interface MailedCode {
  /** From when on another one may be asked for. It ends this one. */
  again_at: Moment;
  /** Until when the code is good. */
  expires_at: Moment;
  /** The masked address, `a•••@example.com`. */
  to: string;
}

/** The key that asks, and its site. */
export interface Me {
  /** The public half of the key. */
  key: string;
  /** What it may do: `verify`, `enroll`, `admin` or `read`. */
  scopes: string[];
  site: SiteOfKey;
  /** What this server takes for now. Where it is not the time, codes are refused. */
  time: Moment;
}

/** RFC 3339, in UTC, to the second: `2026-11-22T03:45:00Z`. */
export type Moment = string;

/** A user, and what is to be remembered of them. */
export interface NamedUser {
  /** Where they can be written to: at most 254 characters. What was said before stays, if it is absent. */
  email?: string | null | undefined;
  /** The site's id of the user: 1 to 128 characters, taken exactly as sent. */
  id: string;
  /** What authenticator apps show, an e-mail address say: 1 to 128 characters, no colon. */
  label: string;
}

/** What a person typed. */
export interface NewAnswer {
  /**
   * Six digits of the app, eight that were mailed, a recovery code or a bypass code, as it was typed: with spaces, dashes
   * and digits of other scripts, as the widget takes it.
   */
  code: string;
  end_user?: null | EndUser | undefined;
  /** What it must be a code of; a code of another kind is refused without being counted. */
  kind?: null | Kind | undefined;
  /** Whether the browser is to be trusted from now on. */
  remember_device?: boolean | undefined;
}

/** Why a bypass code is issued, and for how long. */
export interface NewBypassCode {
  /** How long it is good: 15 unless given. */
  minutes?: number | null | undefined;
  /** For the audit log: 1 to 256 characters. Where Twofold writes to the user, they read it. */
  reason: string;
}

/** Who is to be asked, and what for. */
export interface NewChallenge {
  /** What it is for, `sign_in` say: 1 to 64 characters. The result repeats it: check it there. */
  action: string;
  /** The token of a trusted device, if the browser has one. */
  device?: string | null | undefined;
  end_user?: null | EndUser | undefined;
  user: AskedUser;
}

/** Nothing more than the challenge of the path is asked for. */
export interface NewChallengeTicket {}

/** Whose first authenticator it is to be. */
export interface NewEnrollment {
  end_user?: null | EndUser | undefined;
  kind: EnrolledKind;
  user: NamedUser;
}

/** Until when nothing is required of a user, and why. */
export interface NewExemption {
  /** For the audit log: 1 to 256 characters. */
  reason: string;
  /** A date is its beginning. */
  until: string;
}

/** Whose Security tab is to be opened. */
export interface NewSession {
  /**
   * The id of the challenge, of the action `sign_in`, that the user passed to sign in and that you redeemed. Where it was
   * passed with a bypass code, the Security tab then lets them replace or remove the lost authenticator, once.
   */
  sign_in?: string | null | undefined;
  user: NamedUser;
}

/** Whether two-factor authentication is required of a user. */
export interface NewUserRequirement {
  /**
   * From when on; without it from the deadline that is stored, or at once if none is. Only with `required`. A date is
   * its beginning.
   */
  deadline?: string | null | undefined;
  /** For the audit log: 1 to 256 characters. */
  reason?: string | null | undefined;
  required: boolean;
}

/** Whether the user is to be asked: `status` says which of the two it is. */
export type OpenedChallenge = AskedChallenge | UnaskedChallenge;

/** Who proved what, given out once. Let in whom it names, for what it names. */
export interface Outcome {
  action: string;
  /** RFC 8176. */
  amr: string[];
  /**
   * Where the device is to be remembered: the person said so in the widget, or you by `remember_device`; and the site's
   * policy allows it.
   */
  device?: null | TrustedDevice | undefined;
  id: string;
  kind: Kind;
  passed_at: Moment;
  /** After a recovery code was answered here: how many are left. */
  recovery_codes_left?: number | null | undefined;
  user: UserOf;
}

/** Why a request was not answered (RFC 9457). */
export interface Problem {
  /** After a wrong code: tries before waiting begins or grows. */
  attempts_left?: number | null | undefined;
  /** With `clock_off`: by how much the phone's clock lies ahead (behind, if negative). */
  clock_offset_seconds?: number | null | undefined;
  /** Stable: programs read this. */
  code: "challenge_already_answered" | "challenge_expired" | "challenge_not_passed" | "changed_meanwhile" | "clock_off" | "code_already_used" | "code_malformed" | "code_wrong" | "database_lost" | "deadline_past" | "defect" | "email_not_set_up" | "enrollment_required" | "exemption_past" | "foreign_host" | "idempotency_key_in_flight" | "idempotency_key_reused" | "idempotency_key_spent" | "key_malformed" | "key_missing" | "key_revoked" | "key_unknown" | "kind_not_allowed" | "malformed" | "method_not_allowed" | "no_code_mailed" | "not_a_sign_in" | "not_found" | "recovery_code_not_accepted" | "scope_missing" | "stopped" | "timeout" | "too_large" | "too_many_enrollments" | "too_soon_to_mail" | "two_factor_already_on" | "two_factor_not_on" | "unavailable" | "unsupported_media_type" | "wait";
  /** For people: it may be worded otherwise tomorrow. */
  detail: string;
  /**
   * With `malformed`, where the field is of another type: what it may be. With `foreign_host` and
   * `unsupported_media_type`: the server's own host, and the type that is taken.
   */
  expected?: string | null | undefined;
  /** With `malformed`: which field. */
  field?: string | null | undefined;
  /** With `key_unknown` and `key_revoked`: the public half of the key that was sent. */
  key?: string | null | undefined;
  /** With `foreign_host` and `unsupported_media_type`: what came in its place. */
  received?: string | null | undefined;
  /** What the log calls the request. */
  request_id: string;
  /** After a wrong code: seconds until the next one is judged. */
  retry_after?: number | null | undefined;
  status: number;
  title: string;
}

/** The active set of recovery codes. */
export interface RecoveryCodes {
  left: number;
  made_at: Moment;
  total: number;
}

/** How a passed challenge is redeemed. */
export interface Redemption {
  end_user?: null | EndUser | undefined;
  /** Whether the browser is to be trusted from now on. */
  remember_device?: boolean | undefined;
}

/** What is required of a user, all in all: by name, or by the site's policy. */
export type Requirement = "not_required" | "required" | "exempt";

/** Why a user's factors are taken away. */
export interface Reset {
  /** For the audit log: 1 to 256 characters. */
  reason: string;
}

/** What opens it, once. */
export interface SessionTicket {
  expires_at: Moment;
  ticket: string;
}

/** The site for which a key speaks. */
export interface SiteOfKey {
  id: string;
  /** What authenticator apps show. */
  issuer: string;
  name: string;
  /** Where its pages may show a widget. */
  origins: string[];
}

/** What has become of a challenge. */
export type Status = "open" | "enrollment_required" | "passed" | "redeemed" | "expired" | "locked";

/** A device that is trusted from now on. */
export interface TrustedDevice {
  expires_at: Moment;
  /** Keep it in a cookie of that browser, `HttpOnly` and `Secure`. */
  token: string;
}

/** There is no challenge: let them in. */
export interface UnaskedChallenge {
  /** None. */
  kinds: Kind[];
  status: UnaskedStatus;
}

/** Why the user is not asked. */
export type UnaskedStatus = "not_enrolled" | "trusted_device";

/** Why wrong codes are forgiven. */
export interface Unlock {
  /** For the audit log: 1 to 256 characters. */
  reason?: string | null | undefined;
}

/** The state of one user's two-factor authentication. */
export interface UserDocument {
  authenticators: AuthenticatorDocument[];
  /** From when on it is required; it may have passed. */
  deadline?: null | Moment | undefined;
  email?: string | null | undefined;
  exemption?: null | ExemptionDocument | undefined;
  id: string;
  label: string;
  /** The kinds of which no code is judged right now, after wrong ones. */
  locks: LockDocument[];
  /** Since when two-factor authentication is on; absent while it is off. */
  protected_since?: null | Moment | undefined;
  recovery_codes?: null | RecoveryCodes | undefined;
  /** Whether two-factor authentication is required of the user. */
  requirement: Requirement;
}

/** A user, by the site's own id. */
export interface UserOf {
  id: string;
}

/** A user, in short. */
export interface UserOfList {
  email?: string | null | undefined;
  id: string;
  label: string;
  /** Since when two-factor authentication is on; absent while it is off. */
  protected_since?: null | Moment | undefined;
}

/** A page of the site's users, in the order of their ids. */
export interface Users {
  /** The `cursor` of the next page; absent on the last one. */
  next?: string | null | undefined;
  users: UserOfList[];
}

/** What goes with a request. */
export interface Sent {
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  idempotencyKey?: string | undefined;
}

/** Every operation of the API. A refusal is thrown. */
export abstract class Operations {
  /** Sends one request; `path` is below the server's address. */
  protected abstract send<T>(method: string, path: string, sent?: Sent): Promise<T>;

  /**
   * List what happened, newest first.
   *
   * To the site's users, or to one of them.
   */
  listAuditEvents(query: { user?: string; kind?: string; from?: string; to?: string; cursor?: string; limit?: number } = {}): Promise<AuditEvents> {
    return this.send("GET", "/v1/audit-events", { query });
  }

  /**
   * Open a challenge.
   *
   * After your own check of the password, or before something dear. `status` says whether the user is to be asked.
   */
  openChallenge(body: NewChallenge, idempotencyKey?: string): Promise<OpenedChallenge> {
    return this.send("POST", "/v1/challenges", { body, idempotencyKey });
  }

  /**
   * Look at a challenge.
   *
   * It is no proof: whoever lets a user in redeems.
   */
  showChallenge(id: string): Promise<ChallengeDocument> {
    return this.send("GET", `/v1/challenges/${segment(id)}`);
  }

  /**
   * Answer a challenge, and redeem it with the same call.
   *
   * For a form of your own. Let the user in on this and on nothing else.
   */
  answerChallenge(id: string, body: NewAnswer): Promise<Outcome> {
    return this.send("POST", `/v1/challenges/${segment(id)}/answers`, { body });
  }

  /**
   * Mail a code that answers a challenge.
   *
   * To the address that the user confirmed when they set codes by mail up. It answers this challenge and no other one,
   * once, for ten minutes; the one before is good for nothing then.
   */
  mailChallengeCode(id: string, body: AskedForCode, idempotencyKey?: string): Promise<MailedCode> {
    return this.send("POST", `/v1/challenges/${segment(id)}/email-codes`, { body, idempotencyKey });
  }

  /**
   * Redeem a challenge that was passed in the widget.
   *
   * Good once. Let the user in on this and on nothing else.
   */
  redeemChallenge(id: string, body: Redemption): Promise<Outcome> {
    return this.send("POST", `/v1/challenges/${segment(id)}/redeem`, { body });
  }

  /**
   * Issue another ticket for a challenge.
   *
   * For a page that shows the same challenge again: in a second tab, or loaded anew. Open no second challenge for that: the
   * answer to the first one would then be an answer to nothing. It stays one challenge, with its time and its count.
   */
  issueChallengeTicket(id: string, body: NewChallengeTicket, idempotencyKey?: string): Promise<ChallengeTicket> {
    return this.send("POST", `/v1/challenges/${segment(id)}/tickets`, { body, idempotencyKey });
  }

  /**
   * Begin the enrollment of a user's first authenticator.
   *
   * Asked again within ten minutes it answers the same.
   */
  beginEnrollment(body: NewEnrollment, idempotencyKey?: string): Promise<BegunEnrollment> {
    return this.send("POST", "/v1/enrollments", { body, idempotencyKey });
  }

  /**
   * Say that the recovery codes are saved.
   *
   * This is what switches two-factor authentication on.
   */
  acknowledgeEnrollment(id: string, body: Acknowledgement): Promise<undefined> {
    return this.send("POST", `/v1/enrollments/${segment(id)}/acknowledge`, { body });
  }

  /**
   * Confirm an enrollment with a code of the new authenticator.
   *
   * A wrong code changes nothing but the count.
   */
  confirmEnrollment(id: string, body: Confirmation): Promise<ConfirmedEnrollment> {
    return this.send("POST", `/v1/enrollments/${segment(id)}/confirm`, { body });
  }

  /**
   * Look at the key that asks.
   *
   * With any scope, and with no effect: to find out whether a key works, and for which site and pages.
   */
  showMe(): Promise<Me> {
    return this.send("GET", "/v1/me");
  }

  /**
   * This document.
   *
   * OpenAPI 3.1: to make a client of, or to try the API with.
   */
  showDocument(): Promise<Record<string, unknown>> {
    return this.send("GET", "/v1/openapi.json");
  }

  /**
   * Issue a ticket for a user's Security tab.
   *
   * The site vouches that the user is signed in. `sign_in` says by which challenge; one that is long over does no harm.
   */
  issueSessionTicket(body: NewSession, idempotencyKey?: string): Promise<SessionTicket> {
    return this.send("POST", "/v1/sessions", { body, idempotencyKey });
  }

  /**
   * List the site's users.
   *
   * Those who were ever named in a session or an enrollment.
   */
  listUsers(query: { cursor?: string; limit?: number } = {}): Promise<Users> {
    return this.send("GET", "/v1/users", { query });
  }

  /**
   * Erase a user.
   *
   * The audit log keeps what happened and when, under your own id of the user; addresses, browsers, names and reasons go.
   */
  eraseUser(id: string): Promise<undefined> {
    return this.send("DELETE", `/v1/users/${segment(id)}`);
  }

  /**
   * Look at a user.
   *
   * `protected_since` says whether a badge is to be shown. A key of the scope `read` can do nothing else.
   */
  showUser(id: string): Promise<UserDocument> {
    return this.send("GET", `/v1/users/${segment(id)}`);
  }

  /**
   * Revoke an authenticator of a user.
   *
   * Its codes stop working at once. With the last one two-factor authentication is off, and recovery codes, sessions,
   * trusted devices and open challenges are gone.
   */
  revokeAuthenticator(id: string, authenticatorId: string): Promise<undefined> {
    return this.send("DELETE", `/v1/users/${segment(id)}/authenticators/${segment(authenticatorId)}`);
  }

  /**
   * Issue a bypass code to a user.
   *
   * For whoever is without the phone: it passes one challenge, and nothing else. A newer one ends the one before, and so does
   * every change of the user's factors. A Security tab that is opened in the five minutes after lets the user replace the
   * authenticator that was lost.
   */
  issueBypassCode(id: string, body: NewBypassCode, idempotencyKey?: string): Promise<BypassCodeDocument> {
    return this.send("POST", `/v1/users/${segment(id)}/bypass-codes`, { body, idempotencyKey });
  }

  /**
   * End a user's exemption before its time.
   *
   * What is required counts again, with its old deadline.
   */
  endExemption(id: string): Promise<undefined> {
    return this.send("DELETE", `/v1/users/${segment(id)}/exemption`);
  }

  /**
   * Exempt a user for a while.
   *
   * Until its end nothing is required of the user, whatever the site's policy says. Then what is required counts again, with
   * its old deadline.
   */
  exemptUser(id: string, body: NewExemption): Promise<undefined> {
    return this.send("PUT", `/v1/users/${segment(id)}/exemption`, { body });
  }

  /**
   * Require two-factor authentication of a user, or do not any more.
   *
   * From the deadline on a challenge for the user asks them to set up, if they have nothing to answer with; from now on
   * they cannot switch it off. A deadline is stored once: requiring again without one moves nothing. What the site's policy
   * requires of everybody stays. The user need not be known yet: your own id is enough, and their first challenge leads them
   * to set up.
   */
  requireUser(id: string, body: NewUserRequirement): Promise<undefined> {
    return this.send("PUT", `/v1/users/${segment(id)}/requirement`, { body });
  }

  /**
   * Take every factor of a user away.
   *
   * For whoever has lost them all. Authenticators, recovery codes, trusted devices, sessions and open challenges are gone,
   * and wrong codes are forgiven: the user sets two-factor authentication up again.
   */
  resetUser(id: string, body: Reset, idempotencyKey?: string): Promise<undefined> {
    return this.send("POST", `/v1/users/${segment(id)}/reset`, { body, idempotencyKey });
  }

  /**
   * Forgive a user's wrong codes.
   *
   * The next code is judged at once.
   */
  unlockUser(id: string, body: Unlock, idempotencyKey?: string): Promise<undefined> {
    return this.send("POST", `/v1/users/${segment(id)}/unlock`, { body, idempotencyKey });
  }
}
