"""A content security policy that lets the two elements in."""

import re
from typing import Iterable, Mapping, Optional, Union, overload

Policy = Mapping[str, Union[str, Iterable[str]]]

# What an absent directive is governed by. Without `form-action` every address may be posted to.
FALLBACK: dict[str, list[str]] = {
    "script-src": ["default-src"],
    "frame-src": ["child-src", "default-src"],
    "connect-src": ["default-src"],
    "form-action": [],
}


@overload
def with_twofold(policy: str, twofold: str) -> str: ...
@overload
def with_twofold(policy: Policy, twofold: str) -> dict[str, list[str]]: ...
def with_twofold(policy: Union[str, Policy], twofold: str) -> Union[str, dict[str, list[str]]]:
    """The policy, and what the elements need: script, frame and form from Twofold, the ticket from your own origin."""
    directives = _parsed(policy) if isinstance(policy, str) else _spelled(policy)
    for directive in ("script-src", "frame-src", "form-action"):
        _admit(directives, directive, twofold)
    _admit(directives, "connect-src", "'self'")
    if not isinstance(policy, str):
        return directives
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def _admit(directives: dict[str, list[str]], directive: str, source: str) -> None:
    governing: Optional[str] = next((name for name in [directive, *FALLBACK[directive]] if name in directives), None)
    if governing is None or source in directives[governing]:
        return
    directives[directive] = [*(other for other in directives[governing] if other != "'none'"), source]


def _parsed(policy: str) -> dict[str, list[str]]:
    directives: dict[str, list[str]] = {}
    for part in policy.split(";"):
        name, *sources = part.split() or [""]
        if name:
            # Browsers keep the first of two.
            directives.setdefault(name.lower(), sources)
    return directives


def _spelled(policy: Policy) -> dict[str, list[str]]:
    def kebab(name: str) -> str:
        return re.sub(r"_|(?=[A-Z])", "-", name).lower()

    return {kebab(name): given.split() if isinstance(given, str) else list(given) for name, given in policy.items()}
