"""Whole pages for visitors without an account, from memory or from Redis in one round trip.

A page is kept with the generations (`news.generations`) of what it shows, read before it was made.
While they are the current ones it is served; once something is published, edited or retracted they
differ, and the next request makes the page anew, while others still get the old copy. What changes
by the clock alone (a pin that runs out) ends with its hour. What has no generation (views, comment
counts beside articles, the rail of discussions) is bounded by a lifetime.

Each process also keeps what it has just served for a moment, so that a front page under a storm
costs no round trip. From a change to what everybody sees: MEMORY_FOR plus the making of the page.
"""

import gzip
import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import parse_http_date_safe

from news import generations
from news.redis_client import client

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

# The views whose pages are the same for every visitor: no cookie, no token, nothing personal.
CACHED = {
    *("news:front_page", "news:archive", "news:article", "news:search", "news:views_rule"),
    *("news:rubric", "news:source", "news:entity", "news:day", "news:responses"),
    *("news:feed", "news:rubric_feed", "news:source_feed", "news:entity_feed"),
    "news:responses_feed",
    *("comments:discussion_list", "comments:discussion", "comments:comment"),
    "comments:moderation_counts",
    *("digests:past", "digests:edition", "digests:feed", "sitemap_digests"),
    *("sitemap", "sitemap_lists", "sitemap_articles", "sitemap_news", "robots"),
}
MEMORY_FOR = 1.0  # seconds
MOST_IN_MEMORY = 200  # pages of some ten kilobytes
STALE_FOR = 60  # seconds that an old copy is kept after its lifetime, for whoever comes meanwhile
REFILL_WITHIN = 2_000  # milliseconds; then somebody else may make the page
LONGEST_ADDRESS = 500

# The language is in the address; sitemaps are in all of them.
_VARIES_BY = {"cookie", "accept-encoding", "accept-language", "hx-request"}
# What other sites append to our addresses to follow people around: no page of ours reads it.
_TRACKERS = re.compile(r"utm_\w+|[a-z]{1,3}clid|ysclid|_openstat|mc_[ce]id|igshid")
# Spares the others a question to Redis: beacons, accounts, the admin.
_FOR_EVERYBODY = re.compile(r"/(?:[a-z]{2}/(?!accounts/|subscriptions/|users/)|sitemap|robots)")
_ARTICLE = re.compile(r"/[a-z]{2}/articles/(\d{1,18})-")
_DISCUSSIONS = re.compile(r"/[a-z]{2}/discussions/")


@dataclass(frozen=True)
class Copy:
    """A page as it was made at `made_at` (Unix time), its `packed` body compressed by gzip."""

    status: int
    headers: dict[str, str]
    generations: list[str | None]
    made_at: float
    packed: bytes
    over_at: float | None = None

    @cached_property
    def body(self) -> bytes:
        return gzip.decompress(self.packed)

    def is_current(self, current: list[str | None]) -> bool:
        age = time.time() - self.made_at
        is_over = self.over_at is not None and self.over_at <= time.time()
        return self.generations == current and age < settings.PAGE_CACHE_SECONDS and not is_over

    @property
    def lasts(self) -> float:
        """For how many seconds it may be served without asking."""
        return min(MEMORY_FOR, self.over_at - time.time()) if self.over_at else MEMORY_FOR

    def dump(self) -> bytes:
        head = [self.status, self.headers, self.generations, self.made_at, self.over_at]
        return json.dumps(head).encode() + b"\n" + self.packed

    @classmethod
    def load(cls, data: bytes) -> "Copy":
        head, _, packed = data.partition(b"\n")
        status, headers, made_of, made_at, *over_at = json.loads(head)  # older ones have no end
        return cls(status, headers, made_of, made_at, packed, *over_at)


def serve_cached_pages(get_response: GetResponse) -> GetResponse:
    """Middleware. Stands outside of whatever asks for a session or compresses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not _is_for_everybody(request):
            return _kept_private(get_response(request))
        request.get_host()  # refuses hosts that aren't ours, as every other page does
        address = _address(request)
        if copy := _remembered(address):
            return _answer(request, copy, "memory")
        return _from_redis(request, address, get_response)

    return middleware


def _is_for_everybody(request: HttpRequest) -> bool:
    """Whether nothing is known of who asks: no session, nothing to tell them once."""
    return (
        settings.PAGE_CACHE_SECONDS > 0
        and request.method in ("GET", "HEAD")
        and _FOR_EVERYBODY.match(request.path) is not None
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and len(request.get_full_path()) <= LONGEST_ADDRESS
    )


def _kept_private(response: HttpResponse) -> HttpResponse:
    is_page = response.get("Content-Type", "").startswith("text/html")
    if is_page and not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _address(request: HttpRequest) -> str:
    """Path, query without trackers, and whether htmx asks for a fragment."""
    query = request.META.get("QUERY_STRING", "")
    if query and _TRACKERS.search(query):
        pairs = parse_qsl(query, keep_blank_values=True)
        query = urlencode([pair for pair in pairs if not _TRACKERS.fullmatch(pair[0])])
        request.META["QUERY_STRING"] = query
    kind = "fragment" if request.headers.get("HX-Request") == "true" else "page"
    return f"vestnik:{kind}:{request.path}?{query}"


_memory: dict[str, tuple[float, Copy]] = {}


def _remembered(address: str) -> Copy | None:
    until, copy = _memory.get(address, (0.0, None))
    return copy if until > time.monotonic() else None


def _remember(address: str, copy: Copy) -> None:
    if len(_memory) >= MOST_IN_MEMORY:
        _memory.clear()
    _memory[address] = (time.monotonic() + copy.lasts, copy)


def forget_everything() -> None:
    """Empty this process's memory, for tests."""
    _memory.clear()


def _from_redis(request: HttpRequest, address: str, get_response: GetResponse) -> HttpResponse:
    names = _generations_of(request.path)
    try:
        data, *current = _ask(address, names)
        copy = Copy.load(data) if data else None
        if copy and copy.is_current(current):
            _remember(address, copy)
            return _answer(request, copy, "redis")
        if copy and not client().set(f"{address}:refill", 1, nx=True, px=REFILL_WITHIN):
            return _answer(request, copy, "old")
    except (redis.RedisError, OSError):
        return get_response(request)
    return _make(request, address, current, get_response)


def _generations_of(path: str) -> list[str]:
    names = [generations.NEWS]
    if article := _ARTICLE.match(path):
        names.append(generations.of_article(int(article[1])))
    elif _DISCUSSIONS.match(path):
        names.append(generations.DISCUSSIONS)
    return names


def _ask(address: str, names: list[str]) -> list[Any]:
    """[the copy or None, a generation for each of `names`]; one round trip."""
    answer: list[bytes | None] = client().mget([address, *map(generations.key_of, names)])  # type: ignore[assignment]
    data, *current = answer
    return [data, *(generation.decode() if generation else None for generation in current)]


def _make(
    request: HttpRequest, address: str, current: list[str | None], get_response: GetResponse
) -> HttpResponse:
    """Let the page be made, and keep it if it is one for everybody."""
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    request.META["HTTP_ACCEPT_ENCODING"] = ""  # compressed once, here, for all who come
    response = get_response(request)
    request.META["HTTP_ACCEPT_ENCODING"] = accepted
    if not _may_be_kept(request, response):
        return response
    copy = _copy(response, current)
    _remember(address, copy)
    try:
        pipe = client().pipeline(transaction=False)
        pipe.set(address, copy.dump(), ex=settings.PAGE_CACHE_SECONDS + STALE_FOR)
        pipe.delete(f"{address}:refill")
        pipe.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("a page is not kept, Redis is not there: %s", error)
    return _answer(request, copy, "made")


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",") if name}
    return (
        request.method == "GET"
        and match is not None
        and match.view_name in CACHED
        and response.status_code in (200, 410)
        and not response.streaming
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
        and varies <= _VARIES_BY
    )


def _copy(response: HttpResponse, current: list[str | None]) -> Copy:
    if not response.has_header("ETag"):
        response["ETag"] = f'W/"{sha256(response.content).hexdigest()[:24]}"'
    if not response.has_header("Cache-Control"):
        # For caches of ours in front, such as a CDN: they ask again as soon as we would.
        patch_cache_control(response, public=True, max_age=0, s_maxage=int(MEMORY_FOR))
    over_at: datetime | None = getattr(response, "over_at", None)
    return Copy(
        response.status_code,
        {name: value for name, value in response.items() if name != "Content-Length"},
        current,
        time.time(),
        gzip.compress(response.content, compresslevel=6, mtime=0),
        over_at.timestamp() if over_at else None,
    )


def _answer(request: HttpRequest, copy: Copy, found_in: str) -> HttpResponse:
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(copy.packed, status=copy.status, headers=copy.headers)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(copy.body, status=copy.status, headers=copy.headers)
    response["X-Page-Cache"] = found_in
    if "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MODIFIED_SINCE" in request.META:
        changed_at = parse_http_date_safe(copy.headers.get("Last-Modified", ""))
        conditional = get_conditional_response(request, copy.headers["ETag"], changed_at, response)
        return conditional or response
    return response
