"""Generated from the OpenAPI document of Twofold by `python scripts/generate.py`. Do not edit."""

from typing import Any, List, Literal, Mapping, Optional, TypedDict, Union, cast

from ._segment import segment


class EndUser(TypedDict, total=False):
    """From where the person asks, as the site's server sees it. For the audit log, and for what a trusted device is
    called.
    """
    # The person's IPv4 or IPv6 address, with a port or without. What does not read as one is left out: a proxy's
    # `unknown`, say.
    address: Optional[str]
    # The `User-Agent` of the person's browser: at most 1024 characters. Only browser and system are kept.
    user_agent: Optional[str]


class KnownUser(TypedDict):
    """A user, by the site's own id."""
    # The site's id of the user: 1 to 128 characters, taken exactly as sent.
    id: str


class _Acknowledgement(TypedDict):
    user: KnownUser


class Acknowledgement(_Acknowledgement, total=False):
    """Whose recovery codes are saved."""
    end_user: Optional[EndUser]

# RFC 3339, in UTC, to the second: `2026-11-22T03:45:00Z`.
Moment = str

# A method of proving oneself.
Kind = Literal["totp", "email", "recovery_code", "bypass_code"]

# Why the user is asked.
AskedStatus = Literal["open", "enrollment_required"]


class AskedChallenge(TypedDict):
    """A challenge: let nobody in before it is redeemed."""
    # Until when the challenge can be passed.
    expires_at: Moment
    id: str
    # What the user can answer with.
    kinds: List[Kind]
    status: AskedStatus
    # For `<twofold-challenge>`: good once, for a minute.
    ticket: str


class AskedForCode(TypedDict, total=False):
    """A code is asked for."""
    end_user: Optional[EndUser]


class _AskedUser(TypedDict):
    # The site's id of the user: 1 to 128 characters, taken exactly as sent.
    id: str


class AskedUser(_AskedUser, total=False):
    """A user, and what may be remembered of them."""
    # Where they can be written to: at most 254 characters. Only with `label`.
    email: Optional[str]
    # What authenticator apps show, an e-mail address say: 1 to 128 characters, no colon. What was said before stays,
    # if it is absent.
    label: Optional[str]


class _AuditEvent(TypedDict):
    at: Moment
    id: str
    # `challenge.passed`, say.
    kind: str
    user: str


class AuditEvent(_AuditEvent, total=False):
    """Something that happened."""
    # From where it was asked for: the person's address, or that of the site's server, where it did not say.
    address: Optional[str]
    browser: Optional[str]
    # The administrator who did it, by their id; absent where the user did it, or the site's server.
    by: Optional[str]
    # Why a code was refused.
    cause: Optional[str]
    factor: Optional[Kind]
    # What an administrator gave as the reason.
    reason: Optional[str]
    # The name of the authenticator.
    subject: Optional[str]


class _AuditEvents(TypedDict):
    events: List[AuditEvent]


class AuditEvents(_AuditEvents, total=False):
    """A page of events, newest first."""
    # The `cursor` of the next page; absent on the last one.
    next: Optional[str]


class _AuthenticatorDocument(TypedDict):
    added_at: Moment
    id: str
    name: str


class AuthenticatorDocument(_AuthenticatorDocument, total=False):
    """An active authenticator."""
    used_at: Optional[Moment]


class _BegunEnrollment(TypedDict):
    expires_at: Moment
    id: str


class BegunEnrollment(_BegunEnrollment, total=False):
    """What the user's app is given, or where the code went. `secret`, `provisioning_uri` and `qr_svg` are the secret:
    show them and forget them.
    """
    # The masked address that the code was mailed to. With `email` only.
    mailed_to: Optional[str]
    # With `totp` only.
    provisioning_uri: Optional[str]
    # With `totp` only.
    qr_svg: Optional[str]
    # Base32, for typing in. With `totp` only.
    secret: Optional[str]


class BypassCodeDocument(TypedDict):
    """A bypass code, in this answer and never again."""
    # What the user types at the challenge: in any case, with or without its dashes.
    code: str
    expires_at: Moment

# What has become of a challenge.
Status = Literal["open", "enrollment_required", "passed", "redeemed", "expired", "locked"]


class UserOf(TypedDict):
    """A user, by the site's own id."""
    id: str


class _ChallengeDocument(TypedDict):
    action: str
    expires_at: Moment
    id: str
    opened_at: Moment
    status: Status
    user: UserOf


class ChallengeDocument(_ChallengeDocument, total=False):
    """A challenge."""
    # What it was passed with.
    kind: Optional[Kind]
    passed_at: Optional[Moment]


class ChallengeTicket(TypedDict):
    """What opens the challenge in its widget, once."""
    expires_at: Moment
    ticket: str


class _Confirmation(TypedDict):
    # Six digits, or the eight that were mailed.
    code: str
    user: KnownUser


class Confirmation(_Confirmation, total=False):
    """The first code of the new authenticator, or the one that was mailed."""
    end_user: Optional[EndUser]
    # What the user calls the authenticator: 1 to 64 characters.
    name: Optional[str]


class ConfirmedEnrollment(TypedDict, total=False):
    """What must be saved before the enrollment is acknowledged."""
    recovery_codes: Optional[List[str]]

# The kinds that can be enrolled.
EnrolledKind = Literal["totp", "email"]


class ExemptionDocument(TypedDict):
    """Nothing is required of the user until its end, whatever else is said."""
    reason: str
    until: Moment


class LockDocument(TypedDict):
    """Wrong codes have locked a kind of factor."""
    kind: Kind
    # Whether it is stopped for days, and does not only wait between two tries.
    stopped: bool
    # When a code is judged again.
    until: Moment


class MailedCode(TypedDict):
    """A code that is on its way. Whether its letter arrives is not known here."""
    # From when on another one may be asked for. It ends this one.
    again_at: Moment
    # Until when the code is good.
    expires_at: Moment
    # The masked address, `a•••@example.com`.
    to: str


class SiteOfKey(TypedDict):
    """The site for which a key speaks."""
    id: str
    # What authenticator apps show.
    issuer: str
    name: str
    # Where its pages may show a widget.
    origins: List[str]


class Me(TypedDict):
    """The key that asks, and its site."""
    # The public half of the key.
    key: str
    # What it may do: `verify`, `enroll`, `admin` or `read`.
    scopes: List[str]
    site: SiteOfKey
    # What this server takes for now. Where it is not the time, codes are refused.
    time: Moment


class _NamedUser(TypedDict):
    # The site's id of the user: 1 to 128 characters, taken exactly as sent.
    id: str
    # What authenticator apps show, an e-mail address say: 1 to 128 characters, no colon.
    label: str


class NamedUser(_NamedUser, total=False):
    """A user, and what is to be remembered of them."""
    # Where they can be written to: at most 254 characters. What was said before stays, if it is absent.
    email: Optional[str]


class _NewAnswer(TypedDict):
    # Six digits of the app, eight that were mailed, a recovery code or a bypass code, as it was typed: with spaces,
    # dashes and digits of other scripts, as the widget takes it.
    code: str


class NewAnswer(_NewAnswer, total=False):
    """What a person typed."""
    end_user: Optional[EndUser]
    # What it must be a code of; a code of another kind is refused without being counted.
    kind: Optional[Kind]
    # Whether the browser is to be trusted from now on.
    remember_device: bool


class _NewBypassCode(TypedDict):
    # For the audit log: 1 to 256 characters. Where Twofold writes to the user, they read it.
    reason: str


class NewBypassCode(_NewBypassCode, total=False):
    """Why a bypass code is issued, and for how long."""
    # How long it is good: 15 unless given.
    minutes: Optional[int]


class _NewChallenge(TypedDict):
    # What it is for, `sign_in` say: 1 to 64 characters. The result repeats it: check it there.
    action: str
    user: AskedUser


class NewChallenge(_NewChallenge, total=False):
    """Who is to be asked, and what for."""
    # The token of a trusted device, if the browser has one.
    device: Optional[str]
    end_user: Optional[EndUser]


class NewChallengeTicket(TypedDict, total=False):
    """Nothing more than the challenge of the path is asked for."""


class _NewEnrollment(TypedDict):
    kind: EnrolledKind
    user: NamedUser


class NewEnrollment(_NewEnrollment, total=False):
    """Whose first authenticator it is to be."""
    end_user: Optional[EndUser]


class NewExemption(TypedDict):
    """Until when nothing is required of a user, and why."""
    # For the audit log: 1 to 256 characters.
    reason: str
    # A date is its beginning.
    until: str


class _NewSession(TypedDict):
    user: NamedUser


class NewSession(_NewSession, total=False):
    """Whose Security tab is to be opened."""
    # The id of the challenge, of the action `sign_in`, that the user passed to sign in and that you redeemed. Where
    # it was passed with a bypass code, the Security tab then lets them replace or remove the lost authenticator,
    # once.
    sign_in: Optional[str]


class _NewUserRequirement(TypedDict):
    required: bool


class NewUserRequirement(_NewUserRequirement, total=False):
    """Whether two-factor authentication is required of a user."""
    # From when on; without it from the deadline that is stored, or at once if none is. Only with `required`. A date
    # is its beginning.
    deadline: Optional[str]
    # For the audit log: 1 to 256 characters.
    reason: Optional[str]

# Why the user is not asked.
UnaskedStatus = Literal["not_enrolled", "trusted_device"]


class UnaskedChallenge(TypedDict):
    """There is no challenge: let them in."""
    # None.
    kinds: List[Kind]
    status: UnaskedStatus

# Whether the user is to be asked: `status` says which of the two it is.
OpenedChallenge = Union[AskedChallenge, UnaskedChallenge]


class TrustedDevice(TypedDict):
    """A device that is trusted from now on."""
    expires_at: Moment
    # Keep it in a cookie of that browser, `HttpOnly` and `Secure`.
    token: str


class _Outcome(TypedDict):
    action: str
    # RFC 8176.
    amr: List[str]
    id: str
    kind: Kind
    passed_at: Moment
    user: UserOf


class Outcome(_Outcome, total=False):
    """Who proved what, given out once. Let in whom it names, for what it names."""
    # Where the device is to be remembered: the person said so in the widget, or you by `remember_device`; and the
    # site's policy allows it.
    device: Optional[TrustedDevice]
    # After a recovery code was answered here: how many are left.
    recovery_codes_left: Optional[int]


class _Problem(TypedDict):
    # Stable: programs read this.
    code: Literal["challenge_already_answered", "challenge_expired", "challenge_not_passed", "changed_meanwhile", "clock_off", "code_already_used", "code_malformed", "code_wrong", "database_lost", "deadline_past", "defect", "email_not_set_up", "enrollment_required", "exemption_past", "foreign_host", "idempotency_key_in_flight", "idempotency_key_reused", "idempotency_key_spent", "key_malformed", "key_missing", "key_revoked", "key_unknown", "kind_not_allowed", "malformed", "method_not_allowed", "no_code_mailed", "not_a_sign_in", "not_found", "recovery_code_not_accepted", "scope_missing", "stopped", "timeout", "too_large", "too_many_enrollments", "too_soon_to_mail", "two_factor_already_on", "two_factor_not_on", "unavailable", "unsupported_media_type", "wait"]
    # For people: it may be worded otherwise tomorrow.
    detail: str
    # What the log calls the request.
    request_id: str
    status: int
    title: str


class Problem(_Problem, total=False):
    """Why a request was not answered (RFC 9457)."""
    # After a wrong code: tries before waiting begins or grows.
    attempts_left: Optional[int]
    # With `clock_off`: by how much the phone's clock lies ahead (behind, if negative).
    clock_offset_seconds: Optional[int]
    # With `malformed`, where the field is of another type: what it may be. With `foreign_host` and
    # `unsupported_media_type`: the server's own host, and the type that is taken.
    expected: Optional[str]
    # With `malformed`: which field.
    field: Optional[str]
    # With `key_unknown` and `key_revoked`: the public half of the key that was sent.
    key: Optional[str]
    # With `foreign_host` and `unsupported_media_type`: what came in its place.
    received: Optional[str]
    # After a wrong code: seconds until the next one is judged.
    retry_after: Optional[int]


class RecoveryCodes(TypedDict):
    """The active set of recovery codes."""
    left: int
    made_at: Moment
    total: int


class Redemption(TypedDict, total=False):
    """How a passed challenge is redeemed."""
    end_user: Optional[EndUser]
    # Whether the browser is to be trusted from now on.
    remember_device: bool

# What is required of a user, all in all: by name, or by the site's policy.
Requirement = Literal["not_required", "required", "exempt"]


class Reset(TypedDict):
    """Why a user's factors are taken away."""
    # For the audit log: 1 to 256 characters.
    reason: str


class SessionTicket(TypedDict):
    """What opens it, once."""
    expires_at: Moment
    ticket: str


class Unlock(TypedDict, total=False):
    """Why wrong codes are forgiven."""
    # For the audit log: 1 to 256 characters.
    reason: Optional[str]


class _UserDocument(TypedDict):
    authenticators: List[AuthenticatorDocument]
    id: str
    label: str
    # The kinds of which no code is judged right now, after wrong ones.
    locks: List[LockDocument]
    # Whether two-factor authentication is required of the user.
    requirement: Requirement


class UserDocument(_UserDocument, total=False):
    """The state of one user's two-factor authentication."""
    # From when on it is required; it may have passed.
    deadline: Optional[Moment]
    email: Optional[str]
    exemption: Optional[ExemptionDocument]
    # Since when two-factor authentication is on; absent while it is off.
    protected_since: Optional[Moment]
    recovery_codes: Optional[RecoveryCodes]


class _UserOfList(TypedDict):
    id: str
    label: str


class UserOfList(_UserOfList, total=False):
    """A user, in short."""
    email: Optional[str]
    # Since when two-factor authentication is on; absent while it is off.
    protected_since: Optional[Moment]


class _Users(TypedDict):
    users: List[UserOfList]


class Users(_Users, total=False):
    """A page of the site's users, in the order of their ids."""
    # The `cursor` of the next page; absent on the last one.
    next: Optional[str]


class Operations:
    """Every operation of the API. A refusal is raised."""

    def _send(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        query: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Any:
        """Sends one request; `path` is below the server's address."""
        raise NotImplementedError

    def list_audit_events(self, *, user: Optional[str] = None, kind: Optional[str] = None, from_: Optional[str] = None, to: Optional[str] = None, cursor: Optional[str] = None, limit: Optional[int] = None) -> AuditEvents:
        """List what happened, newest first.

        To the site's users, or to one of them.
        """
        return cast(AuditEvents, self._send("GET", "/v1/audit-events", query={"user": user, "kind": kind, "from": from_, "to": to, "cursor": cursor, "limit": limit}))

    def open_challenge(self, body: NewChallenge, *, idempotency_key: Optional[str] = None) -> OpenedChallenge:
        """Open a challenge.

        After your own check of the password, or before something dear. `status` says whether the user is to be
        asked.
        """
        return cast(OpenedChallenge, self._send("POST", "/v1/challenges", body=body, idempotency_key=idempotency_key))

    def show_challenge(self, id: str) -> ChallengeDocument:
        """Look at a challenge.

        It is no proof: whoever lets a user in redeems.
        """
        return cast(ChallengeDocument, self._send("GET", f"/v1/challenges/{segment(id)}"))

    def answer_challenge(self, id: str, body: NewAnswer) -> Outcome:
        """Answer a challenge, and redeem it with the same call.

        For a form of your own. Let the user in on this and on nothing else.
        """
        return cast(Outcome, self._send("POST", f"/v1/challenges/{segment(id)}/answers", body=body))

    def mail_challenge_code(self, id: str, body: AskedForCode, *, idempotency_key: Optional[str] = None) -> MailedCode:
        """Mail a code that answers a challenge.

        To the address that the user confirmed when they set codes by mail up. It answers this challenge and no
        other one, once, for ten minutes; the one before is good for nothing then.
        """
        return cast(MailedCode, self._send("POST", f"/v1/challenges/{segment(id)}/email-codes", body=body, idempotency_key=idempotency_key))

    def redeem_challenge(self, id: str, body: Redemption) -> Outcome:
        """Redeem a challenge that was passed in the widget.

        Good once. Let the user in on this and on nothing else.
        """
        return cast(Outcome, self._send("POST", f"/v1/challenges/{segment(id)}/redeem", body=body))

    def issue_challenge_ticket(self, id: str, body: NewChallengeTicket, *, idempotency_key: Optional[str] = None) -> ChallengeTicket:
        """Issue another ticket for a challenge.

        For a page that shows the same challenge again: in a second tab, or loaded anew. Open no second challenge
        for that: the answer to the first one would then be an answer to nothing. It stays one challenge, with its
        time and its count.
        """
        return cast(ChallengeTicket, self._send("POST", f"/v1/challenges/{segment(id)}/tickets", body=body, idempotency_key=idempotency_key))

    def begin_enrollment(self, body: NewEnrollment, *, idempotency_key: Optional[str] = None) -> BegunEnrollment:
        """Begin the enrollment of a user's first authenticator.

        Asked again within ten minutes it answers the same.
        """
        return cast(BegunEnrollment, self._send("POST", "/v1/enrollments", body=body, idempotency_key=idempotency_key))

    def acknowledge_enrollment(self, id: str, body: Acknowledgement) -> None:
        """Say that the recovery codes are saved.

        This is what switches two-factor authentication on.
        """
        self._send("POST", f"/v1/enrollments/{segment(id)}/acknowledge", body=body)

    def confirm_enrollment(self, id: str, body: Confirmation) -> ConfirmedEnrollment:
        """Confirm an enrollment with a code of the new authenticator.

        A wrong code changes nothing but the count.
        """
        return cast(ConfirmedEnrollment, self._send("POST", f"/v1/enrollments/{segment(id)}/confirm", body=body))

    def show_me(self) -> Me:
        """Look at the key that asks.

        With any scope, and with no effect: to find out whether a key works, and for which site and pages.
        """
        return cast(Me, self._send("GET", "/v1/me"))

    def show_document(self) -> Mapping[str, Any]:
        """This document.

        OpenAPI 3.1: to make a client of, or to try the API with.
        """
        return cast(Mapping[str, Any], self._send("GET", "/v1/openapi.json"))

    def issue_session_ticket(self, body: NewSession, *, idempotency_key: Optional[str] = None) -> SessionTicket:
        """Issue a ticket for a user's Security tab.

        The site vouches that the user is signed in. `sign_in` says by which challenge; one that is long over does
        no harm.
        """
        return cast(SessionTicket, self._send("POST", "/v1/sessions", body=body, idempotency_key=idempotency_key))

    def list_users(self, *, cursor: Optional[str] = None, limit: Optional[int] = None) -> Users:
        """List the site's users.

        Those who were ever named in a session or an enrollment.
        """
        return cast(Users, self._send("GET", "/v1/users", query={"cursor": cursor, "limit": limit}))

    def erase_user(self, id: str) -> None:
        """Erase a user.

        The audit log keeps what happened and when, under your own id of the user; addresses, browsers, names and
        reasons go.
        """
        self._send("DELETE", f"/v1/users/{segment(id)}")

    def show_user(self, id: str) -> UserDocument:
        """Look at a user.

        `protected_since` says whether a badge is to be shown. A key of the scope `read` can do nothing else.
        """
        return cast(UserDocument, self._send("GET", f"/v1/users/{segment(id)}"))

    def revoke_authenticator(self, id: str, authenticator_id: str) -> None:
        """Revoke an authenticator of a user.

        Its codes stop working at once. With the last one two-factor authentication is off, and recovery codes,
        sessions, trusted devices and open challenges are gone.
        """
        self._send("DELETE", f"/v1/users/{segment(id)}/authenticators/{segment(authenticator_id)}")

    def issue_bypass_code(self, id: str, body: NewBypassCode, *, idempotency_key: Optional[str] = None) -> BypassCodeDocument:
        """Issue a bypass code to a user.

        For whoever is without the phone: it passes one challenge, and nothing else. A newer one ends the one
        before, and so does every change of the user's factors. A Security tab that is opened in the five minutes
        after lets the user replace the authenticator that was lost.
        """
        return cast(BypassCodeDocument, self._send("POST", f"/v1/users/{segment(id)}/bypass-codes", body=body, idempotency_key=idempotency_key))

    def end_exemption(self, id: str) -> None:
        """End a user's exemption before its time.

        What is required counts again, with its old deadline.
        """
        self._send("DELETE", f"/v1/users/{segment(id)}/exemption")

    def exempt_user(self, id: str, body: NewExemption) -> None:
        """Exempt a user for a while.

        Until its end nothing is required of the user, whatever the site's policy says. Then what is required counts
        again, with its old deadline.
        """
        self._send("PUT", f"/v1/users/{segment(id)}/exemption", body=body)

    def require_user(self, id: str, body: NewUserRequirement) -> None:
        """Require two-factor authentication of a user, or do not any more.

        From the deadline on a challenge for the user asks them to set up, if they have nothing to answer with; from
        now on they cannot switch it off. A deadline is stored once: requiring again without one moves nothing. What
        the site's policy requires of everybody stays. The user need not be known yet: your own id is enough, and
        their first challenge leads them to set up.
        """
        self._send("PUT", f"/v1/users/{segment(id)}/requirement", body=body)

    def reset_user(self, id: str, body: Reset, *, idempotency_key: Optional[str] = None) -> None:
        """Take every factor of a user away.

        For whoever has lost them all. Authenticators, recovery codes, trusted devices, sessions and open challenges
        are gone, and wrong codes are forgiven: the user sets two-factor authentication up again.
        """
        self._send("POST", f"/v1/users/{segment(id)}/reset", body=body, idempotency_key=idempotency_key)

    def unlock_user(self, id: str, body: Unlock, *, idempotency_key: Optional[str] = None) -> None:
        """Forgive a user's wrong codes.

        The next code is judged at once.
        """
        self._send("POST", f"/v1/users/{segment(id)}/unlock", body=body, idempotency_key=idempotency_key)
