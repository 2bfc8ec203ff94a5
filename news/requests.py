from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """What a view gets once the middleware has been over it."""

    htmx: HtmxDetails


class ReaderRequest(HtmxRequest):
    """The same behind `login_required`."""

    user: AbstractUser  # type: ignore[assignment]
