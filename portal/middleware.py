"""What happens around every request, in the order of settings.MIDDLEWARE."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

import redis
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from news.limits import LimitReached
from portal import errors, health

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_PLAIN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestNameFilter(logging.Filter):
    """Adds `request_id` to log records, so that one request's lines can be found together."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django logs refused requests when the context is gone already, but names the request.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "id", None) or _request_id.get()
        return True


def name_request(get_response: GetResponse) -> GetResponse:
    """Give the request an id: the proxy's X-Request-ID where there is one, else a new one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        name = offered if _PLAIN_ID.fullmatch(offered) else secrets.token_hex(8)
        request.id = name  # type: ignore[attr-defined]
        token = _request_id.set(name)
        try:
            response = get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-ID"] = name
        return response

    return middleware


def answer_probes(get_response: GetResponse) -> GetResponse:
    """Health checks come by address, before hosts and https are looked at."""
    probes = {"/health/live": health.live, "/health/ready": health.ready}

    def middleware(request: HttpRequest) -> HttpResponse:
        return probes.get(request.path_info, get_response)(request)

    return middleware


def refuse_unreadable_input(get_response: GetResponse) -> GetResponse:
    """Answer 400 to NUL bytes in address and query: PostgreSQL can't store or compare them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        return get_response(request)

    return middleware


def excuse_lost_redis(get_response: GetResponse) -> GetResponse:
    """Reading needs no Redis. What does, logging in for one, asks for patience while it is down."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, redis.RedisError):
            return None
        logger.error("Redis is not there", exc_info=exception)
        return errors.unavailable(request)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def explain_limits(get_response: GetResponse) -> GetResponse:
    """Who does something too often is told for how long to wait, and gets back what they typed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, LimitReached):
            return errors.too_many_requests(request, exception.wait)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def use_account_time_zone(get_response: GetResponse) -> GetResponse:
    """Show times in the zone of the signed-in reader; anonymous pages are in the site's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.session.is_empty() and request.user.is_authenticated:
            with timezone.override(request.user.zone):
                return get_response(request)
        return get_response(request)

    return middleware
