"""When a form was shown, signed, so that a robot can't say that it took its time."""

import time
from datetime import timedelta

from django.core import signing

_SALT = "comments.spam.shown"
_FORGOTTEN = 24 * 3600  # seconds; a page left open overnight says nothing


def stamp(earlier: timedelta = timedelta()) -> str:
    """For a hidden field of a form that is shown now, or was so much earlier."""
    return _signer().sign(f"{time.time() - earlier.total_seconds():.1f}")


def seconds_since(stamp: str) -> float | None:
    """How long ago the form was shown; None where that isn't known."""
    try:
        passed = time.time() - float(_signer().unsign(stamp))
    except (signing.BadSignature, ValueError):
        return None
    return passed if passed < _FORGOTTEN else None


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT)
