"""Why somebody was not let in."""

from typing import Any, Mapping, Optional

LATER = "The second factor cannot be checked right now. Please try again in a moment."
FOR_THE_PERSON = (409, 422, 429)
# 422, and yet a defect of the caller.
FOR_THE_CALLER = ("malformed",)
WORDS = {
    "unreachable": "cannot be reached",
    "timeout": "does not answer in time",
    "answer_malformed": "answers something else",
}


class TwofoldError(Exception):
    """Why somebody was not let in. `str(error)` is for your log, `error.detail` for people.

    `code` is stable, for programs: one of Twofold's API, or one of ours: `unreachable`, `timeout` and `answer_malformed`
    (Twofold gave no answer that can be trusted), `another_challenge` (the answer is about somebody or something else),
    `nothing_pending`, `signed_out`, `foreign_page`.

    `status` is what your server answers: 409, 422 and 429 as Twofold said, for the person can do something about them.
    Whatever is a defect of the set-up, or no answer, is 503: a 401 of Twofold's is about your key.
    """

    def __init__(
        self, code: str, status: int, detail: str, message: Optional[str] = None, problem: Optional[Mapping[str, Any]] = None
    ) -> None:
        super().__init__(message or detail)
        self.code = code
        self.status = status
        self.detail = detail
        self.problem = problem

    @property
    def attempts_left(self) -> Optional[int]:
        """After a wrong code: tries before waiting begins."""
        return self._number("attempts_left")

    @property
    def retry_after(self) -> Optional[int]:
        """Seconds after which it may be tried again."""
        return self._number("retry_after")

    def document(self) -> dict[str, Any]:
        """What an answer may say to people's browsers."""
        said = {"code": self.code, "detail": self.detail, "attempts_left": self.attempts_left, "retry_after": self.retry_after}
        return {name: value for name, value in said.items() if value is not None}

    def _number(self, name: str) -> Optional[int]:
        value = (self.problem or {}).get(name)
        return value if isinstance(value, int) else None


def refused(problem: Mapping[str, Any], status: int, what: str) -> TwofoldError:
    """A refusal of Twofold."""
    code, detail = problem["code"], problem["detail"]
    if status in FOR_THE_PERSON and code not in FOR_THE_CALLER:
        return TwofoldError(code, status, detail, problem=problem)
    more = "".join(f" ({name} {problem[name]})" for name in ("key", "field") if problem.get(name))
    return TwofoldError(code, 503, LATER, f"Twofold refuses {what}: {status} {code}{more}: {detail}", problem)


def unanswered(code: str, what: str) -> TwofoldError:
    """There is no answer."""
    return TwofoldError(code, 503, LATER, f"Twofold {WORDS[code]}: {what}")


def signed_out() -> TwofoldError:
    return TwofoldError("signed_out", 401, "Sign in first.")


def nothing_pending() -> TwofoldError:
    return TwofoldError("nothing_pending", 409, "There is nothing to confirm any more. Please start again.")
