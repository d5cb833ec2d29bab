"""The way through the second factor. It ends in somebody's being let in, or in an error: nothing between."""

import ipaddress
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Mapping, Optional, Protocol, TypedDict, Union, cast

from ._client import Twofold
from ._csp import Policy, with_twofold
from ._error import TwofoldError, nothing_pending, signed_out, unanswered
from ._html import challenge_html, security_html
from ._pending import PENDING_FOR, Pending, Signer
from ._settings import settled
from .api import EndUser, NamedUser, NewSession, OpenedChallenge, Outcome

SIGN_IN = "sign_in"
# Browsers keep 4 KiB.
LONGEST_COOKIE = 3_500
OVER = ("challenge_expired", "challenge_already_answered")
DEVICE = re.compile(r"[\w.~+/=-]{1,512}", re.ASCII)


class _User(TypedDict):
    id: str


class User(_User, total=False):
    """One of your users, by your own id.

    `label` is what authenticator apps show (`email`, unless given), `email` where codes may be mailed.
    """

    label: str
    email: str
    # The challenge that they passed to sign in, as `done` has it: keep it with the rest. After a bypass code it is what lets
    # them replace the lost authenticator in the Security tab.
    sign_in: str


@dataclass(frozen=True)
class Confirmed:
    """Whom you may let in, for what."""

    user: User
    action: str
    # What you gave `start` to keep.
    data: Any
    # With `not_enrolled` and `trusted_device` there was nothing to ask.
    status: Literal["passed", "not_enrolled", "trusted_device"]
    # What the person proved themselves with, if they were asked.
    kind: Optional[str] = None


class Exchange(Protocol):
    """One request of a browser, and the cookies of its answer, whatever the framework."""

    def header(self, name: str) -> Optional[str]: ...

    def cookie(self, name: str) -> Optional[str]: ...

    def address(self) -> Optional[str]: ...

    def set_cookie(self, name: str, value: str, expires: float, secure: bool) -> None:
        """For no script to read and no other site's form to bring; of the path `/`. In the past it is deleted."""


AnyUser = Union[User, Mapping[str, Any]]


class Flow:
    def __init__(
        self,
        url: Optional[str] = None,
        key: Optional[str] = None,
        public_url: Optional[str] = None,
        timeout: Optional[float] = None,
        prefix: str = "/twofold",
        session_url: Optional[str] = None,
        ticket_url: Optional[str] = None,
        confirm_url: str = "/confirm",
        device_cookie: str = "twofold_device",
        secure: Optional[bool] = None,
    ) -> None:
        self.client = Twofold(url, key, public_url, timeout)
        self.prefix = prefix.rstrip("/")
        self.session_url = session_url or f"{self.prefix}/session"
        self.ticket_url = ticket_url or f"{self.prefix}/ticket"
        self.confirm_to = f"{self.prefix}/confirm"
        self.script_url = f"{self.prefix}/confirm.js"
        self.confirm_url = confirm_url
        self._secure = self.client.public_url.startswith("https:") if secure is None else secure
        self._device_cookie = device_cookie
        # Browsers take the prefix from this very host over HTTPS only: no neighbour can put one there.
        self._pending_cookie = "__Host-twofold_pending" if self._secure else "twofold_pending"
        self._signer = Signer(settled(url, key, public_url, timeout).key)

    def start(
        self, exchange: Exchange, signed_in: Optional[AnyUser], user: AnyUser, action: str = SIGN_IN, data: Any = None
    ) -> Optional[Confirmed]:
        """Opens a challenge. Without an answer the person must be asked, at `confirm_url`: they are nobody until then."""
        who = named(user)
        device = exchange.cookie(self._device_cookie) if action == SIGN_IN else None
        try:
            opened = self._open(exchange, who, action, device)
            status = opened.get("status")
            if status == "not_enrolled" or (status == "trusted_device" and device):
                self._forget(exchange)
                return Confirmed(who, action, data, status)
            by = id_of(signed_in)
            self._keep(exchange, Pending(_asked(opened), cast("dict[str, str]", who), action, data, by, time.time()))
        except BaseException:
            # What was pending before is over, whatever came.
            self._forget(exchange)
            raise
        return None

    def pending(self, exchange: Exchange, signed_in: Optional[AnyUser]) -> Optional[Pending]:
        """Who is to be asked what for, in this browser. They are not signed in."""
        pending = self._signer.open(exchange.cookie(self._pending_cookie))
        return pending if pending and pending.by == id_of(signed_in) else None

    def session(self, exchange: Exchange, signed_in: Optional[AnyUser]) -> dict[str, str]:
        """The ticket for the Security tab of whoever is signed in."""
        ours(exchange)
        if not signed_in:
            raise signed_out()
        user = named(signed_in)
        body: NewSession = {"user": cast(NamedUser, {"label": user["id"], **user})}
        if signed_in.get("sign_in"):
            body["sign_in"] = signed_in["sign_in"]
        issued = self.client.issue_session_ticket(body)
        return {"ticket": _present(issued, "ticket")}

    def ticket(self, exchange: Exchange, signed_in: Optional[AnyUser]) -> dict[str, str]:
        """A ticket for the challenge of this browser; for another one, if its time is over."""
        ours(exchange)
        pending = self.pending(exchange, signed_in)
        if not pending:
            raise signed_out()
        try:
            return {"ticket": _present(self.client.issue_challenge_ticket(pending.challenge, {}), "ticket")}
        except TwofoldError as error:
            if error.code not in OVER:
                raise
        return {"ticket": _present(self._again(exchange, pending), "ticket")}

    def confirm(self, exchange: Exchange, signed_in: Optional[AnyUser], form: Mapping[str, Any]) -> Confirmed:
        """Redeems the challenge that this server opened for this browser, or answers it with the `code` of your own form.

        Whatever else the browser says is not read.
        """
        ours(exchange)
        pending = self.pending(exchange, signed_in)
        if not pending:
            raise nothing_pending()
        outcome = self._outcome(exchange, pending, form)
        who = outcome.get("user")
        about = (outcome.get("id"), who.get("id") if isinstance(who, dict) else None, outcome.get("action"))
        if about != (pending.challenge, pending.user["id"], pending.action):
            raise TwofoldError("another_challenge", 403, "That was for somebody or something else. Please start again.")
        self._forget(exchange)
        user = cast(User, pending.user)
        if pending.action == SIGN_IN:
            self._trust(exchange, outcome)
            user["sign_in"] = pending.challenge
        return Confirmed(user, pending.action, pending.data, "passed", outcome.get("kind"))

    def security_html(self) -> str:
        return security_html(self.client.public_url, self.session_url)

    def challenge_html(self, fields: Mapping[str, str]) -> str:
        return challenge_html(self.client.public_url, self.script_url, self.confirm_to, self.ticket_url, fields)

    def csp(self, policy: Any) -> Any:
        return with_twofold(policy, self.client.public_url)

    def _outcome(self, exchange: Exchange, pending: Pending, form: Mapping[str, Any]) -> Outcome:
        code = form.get("code")
        who = end_user(exchange)
        if not isinstance(code, str) or not code:
            return self.client.redeem_challenge(pending.challenge, {"end_user": who})
        remember = form.get("remember") == "yes"
        try:
            answer = self.client.answer_challenge
            return answer(pending.challenge, {"code": code, "remember_device": remember, "end_user": who})
        except TwofoldError as error:
            # In your own form their next try is to be worth something; the widget asks for a ticket by itself.
            if error.code in OVER:
                self._again(exchange, pending)
            raise

    def _again(self, exchange: Exchange, pending: Pending) -> OpenedChallenge:
        opened = self._open(exchange, cast(User, pending.user), pending.action, None)
        self._keep(exchange, pending._replace(challenge=_asked(opened)))
        return opened

    def _open(self, exchange: Exchange, user: User, action: str, device: Optional[str]) -> OpenedChallenge:
        known = {"device": device} if device else {}
        return self.client.open_challenge(cast(Any, {"user": user, "action": action, "end_user": end_user(exchange), **known}))

    def _keep(self, exchange: Exchange, pending: Pending) -> None:
        signed = self._signer.sign(pending)
        if len(signed) > LONGEST_COOKIE:
            raise ValueError("`data` is too large for a cookie: keep an id, and what it stands for on your server")
        exchange.set_cookie(self._pending_cookie, signed, pending.since + PENDING_FOR, self._secure)

    def _forget(self, exchange: Exchange) -> None:
        exchange.set_cookie(self._pending_cookie, "", 0, self._secure)

    def _trust(self, exchange: Exchange, outcome: Outcome) -> None:
        device: Any = outcome.get("device")
        if not device or not DEVICE.fullmatch(str(device.get("token"))):
            return
        expires = datetime.fromisoformat(device["expires_at"].replace("Z", "+00:00")).timestamp()
        exchange.set_cookie(self._device_cookie, device["token"], expires, self._secure)


def named(user: AnyUser) -> User:
    """What Twofold may know of a user, and nothing else of your object."""
    if not isinstance(user.get("id"), str):
        raise TypeError("the id of a user is a string: str(user.id)")
    label = user.get("label") or user.get("email")
    email = user.get("email")
    named: User = {"id": user["id"]}
    if label:
        named["label"] = label
    if email:
        named["email"] = email
    return named


def id_of(user: Optional[AnyUser]) -> Optional[str]:
    return named(user)["id"] if user else None


def ours(exchange: Exchange) -> None:
    """Only your own pages post here. Browsers that do not say where a request comes from are left to `SameSite`."""
    if exchange.header("Sec-Fetch-Site") not in ("same-origin", "none", None):
        raise TwofoldError("foreign_page", 403, "This was sent by a page of another origin.")


def end_user(exchange: Exchange) -> EndUser:
    who: EndUser = {}
    try:
        address = ipaddress.ip_address((exchange.address() or "").partition("%")[0])
        who["address"] = str(getattr(address, "ipv4_mapped", None) or address)
    except ValueError:
        pass
    agent = exchange.header("User-Agent")
    if agent:
        who["user_agent"] = agent[:1024]
    return who


def _asked(opened: OpenedChallenge) -> str:
    """The id of a challenge that somebody must answer; any status that is not known is an error."""
    status = opened.get("status")
    if status not in ("open", "enrollment_required"):
        raise unanswered("answer_malformed", f"a challenge with the status {status}")
    return _present(opened, "id")


def _present(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise unanswered("answer_malformed", f"there is no {name}")
    return value
