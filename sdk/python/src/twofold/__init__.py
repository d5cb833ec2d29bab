"""Two-factor authentication with Twofold. For a framework see `twofold.django`, `twofold.flask` and `twofold.fastapi`."""

from ._client import Twofold
from ._error import TwofoldError
from ._flow import Confirmed, User

__all__ = ["Confirmed", "Twofold", "TwofoldError", "User"]
