"""Every kind of public page, with addresses to ask for: kinds are compared across sizes.

What is rare in a large portal isn't there at all in a small one, and a full page is more work than
an empty one. So where a kind is about something rare, each portal takes the rarest that still fills
a page: `_filling()`.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from benchmarks.growth_rows import RUBRICS
from benchmarks.growth_site import client
from benchmarks.growth_words import Words
from comments.models import Discussion
from news.models import Article, Entity, Rubric, Source
from news.search_results import CONFIGURATIONS
from news.sitemaps import SITEMAP_SECTION
from portal.models import User

SAMPLES = 12  # addresses of each kind
ENTRIES = 20, 50  # of a page and of a feed, where they are full
STEPS = (0, *(10 * 2**step for step in range(11)))  # from what is frequent to what is rare

M = TypeVar("M", bound=Model)


def pages() -> dict[str, list[str]]:
    """{kind: addresses}; the languages take turns."""
    kinds: dict[str, list[str]] = {}
    for number in range(SAMPLES):
        with translation.override(("en", "ru")[number % 2]):
            chance = random.Random(number)
            for group in (_articles, _lists, _archive, _search, _discussions, _machines):
                for kind, url in group(chance, number):
                    kinds.setdefault(kind, []).append(url)
    return kinds


Urls = Iterator[tuple[str, str]]
Query = dict[str, Any]


def _articles(chance: random.Random, number: int) -> Urls:
    yield "front_page", reverse("news:front_page")
    yield "article", _article(chance, Article.objects.filter(comment_count=0)).get_absolute_url()
    lively = Article.objects.filter(comment_count__range=(30, 60))
    yield "article_discussed", _article(chance, lively).get_absolute_url()
    day = timezone.now() - timedelta(days=chance.randint(2, 15))
    yield "day", reverse("news:day", args=[day.date()])
    yield "views_rule", reverse("news:views_rule")


def _lists(chance: random.Random, number: int) -> Urls:
    for kind, row in (
        ("rubric", Rubric.objects.order_by("pk")[0]),
        ("source", Source.objects.order_by("pk")[0]),
        ("source_rare", Source.objects.order_by("-pk")[number]),
        ("entity", Entity.objects.order_by("pk")[number % 3]),
    ):
        yield kind, row.get_absolute_url()
        if kind in ("rubric", "source", "entity"):
            yield f"{kind}_deep", f"{row.get_absolute_url()}?after={_cursor(chance)}"
    yield "entity_rare", _filling([entity.get_absolute_url() for entity in _entities(number)])


def _archive(chance: random.Random, number: int) -> Urls:
    rubric, entity = f"rubric-{number % 3}", _name(number % 3)
    day = (timezone.now() - timedelta(days=chance.randint(2, 15))).date()
    week = {"since": day - timedelta(days=3), "until": day}
    deep, oldest = {"after": _cursor(chance)}, {"order": "oldest"}
    kinds: dict[str, Query | list[Query]] = {
        "": {},
        "_deep": deep,
        "_oldest": oldest,
        "_oldest_deep": oldest | deep,
        "_discussed_most": {"order": "discussed"},
        "_discussed_most_deep": {"order": "discussed", "after": _cursor(chance, "comment_count")},
        "_read_most": {"order": "read"},
        "_read_most_deep": {"order": "read", "after": _cursor(chance, "views")},
        "_rubric": {"rubric": rubric},
        "_rubric_deep": {"rubric": rubric} | deep,
        "_rubric_read_most": {"rubric": rubric, "order": "read"},
        "_rubric_rare": {"rubric": "rubric-7", "order": "discussed"},
        "_source": {"source": "source-0"},
        "_source_rare": {"source": f"source-{39 - number}"},
        "_source_rare_read_most": {"source": f"source-{39 - number}", "order": "read"},
        "_entity": {"entity": entity},
        "_entity_deep": {"entity": entity} | deep,
        "_entity_read_most": {"entity": entity, "order": "read"},
        "_entity_rare": [{"entity": entity.name_en} for entity in _entities(number)],
        "_entity_none": {"entity": "nobody"},
        "_language_en": {"language": "en"},
        "_language_ru": {"language": "ru"} | deep,
        "_language_read_most": {"language": "ru", "order": "read"},
        "_week": week,
        "_week_read_most": week | {"order": "read"},
        "_until_long_ago": {"until": "2005-01-01"},
        "_until_oldest": {"until": day, "order": "oldest"},
        "_since_oldest": {"since": day, "order": "oldest"},
        "_discussed": {"discussed": "yes"},
        "_discussed_deep": {"discussed": "yes"} | deep,
        "_discussed_oldest": {"discussed": "yes", "order": "oldest"},
        "_everything": week
        | {"rubric": rubric, "language": "en", "discussed": "yes", "order": "read"},
        "_rubric_entity": {"rubric": rubric, "entity": entity},
        "_rubric_entity_rare": [
            {"rubric": "rubric-1", "entity": entity.name_en} for entity in _entities(number % 6)
        ],
        "_source_entity_language": {"source": "source-2", "entity": entity, "language": "en"},
        "_impossible": {"rubric": "rubric-0", "source": "source-39", "entity": _name(900)},
    }
    for kind, query in kinds.items():
        yield f"archive{kind}", _address("news:archive", query)


def _address(name: str, queries: Query | list[Query]) -> str:
    """With a query, or with the last of several that fills a page."""
    if isinstance(queries, dict):
        return f"{reverse(name)}?{urlencode(queries)}"
    return _filling([_address(name, query) for query in queries])


def _filling(urls: Sequence[str], entries: int = ENTRIES[0]) -> str:
    """The last of `urls`, which list less and less, that still lists so many."""
    return urls[max(bisect_left(urls, True, key=lambda url: _listed(url) < entries) - 1, 0)]


def _listed(url: str) -> int:
    content = client().get(url, headers={"accept-encoding": "identity"}).content
    return content.count(b'class="card__headline"') or content.count(b"<item>")


def _entities(number: int) -> list[Entity]:
    """From frequent to rare."""
    return [Entity.objects.get(slug=f"entity-{step + number}") for step in STEPS[:7]]


def _name(number: int) -> str:
    return Entity.objects.get(slug=f"entity-{number}").name_en


def _search(chance: random.Random, number: int) -> Urls:
    """Words by how many texts have them: most, a tenth, a fiftieth; and what fills a page."""
    stems, names = _words(translation.get_language() or "en")
    everywhere, often, sometimes = stems[number % 4], stems[100 + number], stems[700 + number]
    unusual = stems[40 + number]
    rarer = [names[step + number] for step in STEPS]
    rubrics = [{"rubric": f"rubric-{rank}"} for rank in range(RUBRICS)]
    newest = {"order": "newest"}
    week = {"since": (timezone.now() - timedelta(days=7)).date()}
    kinds: dict[str, Query | list[Query]] = {
        "_empty": {},
        "_common": {"q": everywhere},
        "_often": {"q": often},
        "_sometimes": {"q": sometimes},
        "_seldom": [{"q": name} for name in rarer],
        "_nothing": {"q": "qwertyuiop"},
        "_two": {"q": f"{everywhere} {often}"},
        "_often_and_seldom": [{"q": f"{often} {name}"} for name in rarer],
        "_either": {"q": f"{everywhere} or {often} or {rarer[-1]}"},
        "_phrase_rare": {"q": f'"{often} {names[5000 + number]}"'},
        "_minus": {"q": f"{everywhere} -{often}"},
        "_minus_more_common": {"q": f"{unusual} -{everywhere}"},
        "_minus_all_but_none": {"q": f"{everywhere} -{everywhere}"},
        "_only_minus": {"q": f"-{everywhere}"},
        "_stop_words": {"q": "the of и в"},
        "_rubric": {"q": everywhere, "rubric": "rubric-1"},
        "_rubric_rare": [{"q": everywhere} | rubric for rubric in rubrics],
        "_rubric_source": [{"q": everywhere, "source": "source-1"} | rubric for rubric in rubrics],
        "_language": {"q": everywhere, "language": translation.get_language() or "en"},
        "_other_language": [{"q": name, "language": "en"} for name in rarer],
        "_week": {"q": everywhere} | week,
        "_long_ago": {"q": everywhere, "until": "2005-01-01"},
        "_newest": {"q": everywhere} | newest,
        "_newest_sometimes": {"q": sometimes} | newest,
        "_newest_seldom": [{"q": name} | newest for name in rarer],
        "_newest_deep": {"q": everywhere, "after": _cursor(chance)} | newest,
        "_newest_minus": {"q": f"{unusual} -{everywhere}"} | newest,
        "_newest_phrase": {"q": f'"{often} {names[5000 + number]}"'} | newest,
        "_newest_rubric": [{"q": often} | rubric | newest for rubric in rubrics],
        "_newest_language": {"q": everywhere, "language": "en"} | newest,
        "_last_page": {"q": everywhere, "after": "180"},
    }
    for kind, query in kinds.items():
        yield f"search{kind}", _address("news:search", query)
    others = [stem for stem in stems[:400:3] if stem != everywhere]
    phrases = [_address("news:search", {"q": f'"{everywhere} {other}"'}) for other in others]
    yield "search_phrase", _filling(phrases, entries=4)


@cache
def _words(language: str) -> tuple[list[str], list[str]]:
    """Common words that the search doesn't leave out, and names; from frequent to rare."""
    words = Words(language)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) WITH ORDINALITY AS common (word, number)"
            " WHERE length(word) > 4 AND to_tsvector(%s::regconfig, word) <> '' ORDER BY number",
            [words.common, CONFIGURATIONS[language]],
        )
        return [row[0] for row in cursor], words.names


def _discussions(chance: random.Random, number: int) -> Urls:
    yield "discussions", reverse("comments:discussion_list")
    article = _article(chance, Article.objects.filter(comment_count__range=(30, 60)))
    last_at = Discussion.objects.get(pk=article.pk).last_at
    deep = urlencode({"after": f"{last_at:%Y-%m-%dT%H:%M:%SZ}~{article.pk}"})
    yield "discussions_deep", f"{reverse('comments:discussion_list')}?{deep}"
    address = reverse("comments:discussion", args=[article.pk, article.slug])
    for sort in ("newest", "oldest", "best", "active"):
        yield f"discussion_{sort}", f"{address}?sort={sort}"
    yield "comment", reverse("comments:comment", args=[article.pk, article.slug, 3])
    reader = _any(chance, User.objects.all())
    yield "profile", reverse("comments:profile", args=[reader.username])


def _machines(chance: random.Random, number: int) -> Urls:
    ending = ("rss", "atom", "json")[number // 2 % 3]
    yield "feed", reverse("news:feed", args=[ending])
    yield "feed_rubric", reverse("news:rubric_feed", args=["rubric-1", ending])
    yield "feed_source", reverse("news:source_feed", args=["source-1", ending])
    yield "feed_entity", reverse("news:entity_feed", args=[f"entity-{number % 3}", ending])
    rare = [reverse("news:entity_feed", args=[entity.slug, "rss"]) for entity in _entities(number)]
    yield "feed_entity_rare", _filling(rare, entries=ENTRIES[1]).replace("rss", ending)
    yield "sitemap_index", reverse("sitemap")
    yield "sitemap_lists", reverse("sitemap_lists")
    section = _article(chance, Article.objects.all()).pk // SITEMAP_SECTION
    yield "sitemap_articles", reverse("sitemap_articles", args=[section])
    yield "sitemap_news", reverse("sitemap_news")
    yield "robots", reverse("robots")


def _article(chance: random.Random, which: "QuerySet[Article]") -> Article:
    published = which & Article.objects.published()
    return _any(chance, published.in_language())  # type: ignore[attr-defined]


def _any(chance: random.Random, rows: "QuerySet[M]") -> M:
    """One from the middle, by its number: counting would take longer than all the measuring."""
    last = rows.order_by("-pk").values_list("pk", flat=True)[0]
    row = rows.filter(pk__gte=int(last * chance.uniform(0.1, 0.9))).order_by("pk").first()
    assert row
    return row


def _cursor(chance: random.Random, column: str = "published_at") -> str:
    """Where an archive goes on after having shown a tenth to nine tenths of everything."""
    row = _any(chance, Article.objects.published())
    value = getattr(row, column)
    return f"{f'{value:%Y-%m-%dT%H:%M:%S.%fZ}' if column == 'published_at' else value}~{row.pk}"
