"""Counts views without writing to the database: pages send a beacon, Redis adds up, a task flushes.

Not counted are robots, pages that a browser fetches in advance, and a reader who returns within
half an hour; pages for staff send no beacon. `templates/news/views_rule.html` tells everybody.

A reader is a hash of network and browser, keyed with a secret that is thrown away every day: no
address is stored, and nobody can be followed from one day to the next.

Losing Redis loses the seconds not yet flushed. A worker that is killed loses nothing and counts
nothing twice: a batch keeps its id until its counts and that id are committed together.
"""

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import redis
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from news.client_address import client_network
from news.models import ViewBatch
from news.redis_client import client

logger = logging.getLogger(__name__)

REPEATED_WITHIN = 30 * 60  # seconds
LARGEST_ID = 2**53  # what Lua's numbers hold exactly, and more articles than there will ever be
MOST_ARTICLES = 50_000  # in one batch: made-up ids can't fill the memory while no worker runs

_KEYS = "vestnik:views:"
_SALT, _CURRENT, _BATCHES = (_KEYS + name for name in ("salt", "current", "batches"))

# "Cubot" is a telephone.
_ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|scrap|preview|fetch|monitor|headless|lighthouse|archiv"
    r"|facebookexternalhit|^whatsapp|feed|curl|wget|python|java/|go-http|http-?client|libwww|axios",
    re.IGNORECASE,
)

# Keys: salt, current. Arguments: article, reader, a fresh salt, most articles, seconds, prefix.
_COUNT = """
local salt = redis.call('GET', KEYS[1])
if not salt then
  salt = ARGV[3]
  redis.call('SET', KEYS[1], salt, 'EX', 86400)
end
if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4])
    and redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  return 0
end
local seen = ARGV[6] .. redis.sha1hex(salt .. ARGV[2] .. ARGV[1])
if not redis.call('SET', seen, '', 'NX', 'EX', ARGV[5]) then
  return 0
end
redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
return 1
"""

# Keys: current, batches, the new batch. Argument: its id.
_TAKE = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('RENAME', KEYS[1], KEYS[3])
redis.call('SADD', KEYS[2], ARGV[1])
return 1
"""

# Rows are locked in one order, so that two flushes can't wait for each other for ever.
_ADD = """
WITH counted AS (
    SELECT article.id, counts.views
    FROM news_article article
    JOIN unnest(%s::bigint[], %s::bigint[]) AS counts (id, views) ON counts.id = article.id
    WHERE article.state = 'published'
    ORDER BY article.id
    FOR NO KEY UPDATE OF article
)
UPDATE news_article SET views = news_article.views + counted.views
FROM counted WHERE news_article.id = counted.id
"""


def count(request: HttpRequest, article_id: int) -> bool:
    """Count a view that a page reports; whether it counted. Never fails: it is only a number."""
    if article_id > LARGEST_ID or not _is_reader(request):
        return False
    keys = [_SALT, _CURRENT]
    limits: list[Any] = [MOST_ARTICLES, REPEATED_WITHIN, _KEYS + "seen:"]
    values: list[Any] = [article_id, _reader(request), secrets.token_hex(16), *limits]
    try:
        return bool(client().eval(_COUNT, len(keys), *keys, *values))
    except (redis.RedisError, OSError) as error:
        logger.warning("a view is not counted, Redis can't be reached: %s", error)
        return False


def _is_reader(request: HttpRequest) -> bool:
    browser = request.headers.get("User-Agent", "")
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")]
    is_ahead = any(re.search("prefetch|prerender|preview", purpose) for purpose in purposes)
    return request.method != "HEAD" and bool(browser) and not (_ROBOT.search(browser) or is_ahead)


def _reader(request: HttpRequest) -> str:
    who = f"{client_network(request)}\n{request.headers.get('User-Agent', '')}"
    return hmac.new(settings.SECRET_KEY.encode(), who.encode(), hashlib.sha256).hexdigest()


def flush() -> int:
    """Add what was counted to the articles; returns the number of batches.

    Also takes up what a killed flush has left behind, so it may run late, twice or side by side.
    """
    _take()
    batches = _left_over()
    for batch in batches:
        _apply(batch)
        _forget(batch)
    if batches:
        _prune()
    return len(batches)


def _take() -> None:
    batch = str(uuid4())
    keys = [_CURRENT, _BATCHES, _KEYS + batch]
    client().eval(_TAKE, len(keys), *keys, batch)


def _left_over() -> list[str]:
    batches: Iterable[bytes] = client().smembers(_BATCHES)  # type: ignore[assignment]
    return sorted(batch.decode() for batch in batches)


def _apply(batch: str) -> None:
    counts: dict[bytes, bytes] = client().hgetall(_KEYS + batch)  # type: ignore[assignment]
    if not counts:  # another flush was faster
        return
    with transaction.atomic():
        _row, is_new = ViewBatch.objects.get_or_create(pk=batch)
        if is_new:
            _add({int(article): int(views) for article, views in counts.items()})


def _add(counts: dict[int, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(counts), list(counts.values())])


def _forget(batch: str) -> None:
    with client().pipeline(transaction=True) as pipe:
        pipe.delete(_KEYS + batch)
        pipe.srem(_BATCHES, batch)
        pipe.execute()


def _prune() -> None:
    """Forget the ids of batches that Redis has long forgotten; what it still had was flushed."""
    ViewBatch.objects.filter(applied_at__lt=timezone.now() - timedelta(days=7)).delete()
