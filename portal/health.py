"""Is it alive, can it serve? For load balancers and for people on call."""

import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

_HEARTBEAT = "worker-heartbeat"
_HEARTBEAT_IS_OLD_AFTER = 60  # seconds; beat asks for one every ten


def record_heartbeat() -> None:
    """Called by a worker at beat's request, so that it proves both of them alive."""
    cache.set(_HEARTBEAT, time.time(), timeout=None)


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """This process answers, whatever it depends on: restarting it would not mend those."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when every part works, else 503; names each part's state."""
    parts = {name: _state_of(check) for name, check in _CHECKS.items()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def _state_of(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever it is, it is the answer
        return type(error).__name__


def _check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _check_cache() -> str:
    cache.set("health", "ok", timeout=10)
    return cache.get("health") or "lost"


def _check_broker() -> str:
    with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2) as broker:
        return "ok" if broker.ping() else "silent"


def _check_worker() -> str:
    beaten_at = cache.get(_HEARTBEAT)
    if beaten_at is None:
        return "no heartbeat"
    age = time.time() - beaten_at
    return "ok" if age < _HEARTBEAT_IS_OLD_AFTER else f"last heartbeat {age:.0f} s ago"


def _check_digest() -> str:
    from subscriptions import alarms  # the log's settings load this module before any model

    return alarms.clockwork()


_CHECKS = {
    "database": _check_database,
    "cache": _check_cache,
    "broker": _check_broker,
    "worker": _check_worker,
    "digest": _check_digest,
}
