"""What is not out, or no more, is found by nobody who may not see it: no word of it, no count."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from comments import posting
from news.models import Article, Correction
from news.rating import rate
from subscriptions.composing import Topics, choose_articles
from tests.factories import make_article, make_image, make_user, mention
from tests.portal.addresses import make_world, path_to, patterns
from tests.portal.test_permissions import client_of

pytestmark = pytest.mark.django_db

HIDDEN = ["draft", "in_review", "scheduled", "embargoed", "binned"]
SECRET = re.compile("unannounced|необъявленн", re.IGNORECASE)
LANGUAGES = ("en", "ru")
NO_NEWS_THERE = re.compile(r"admin:|account|mfa_|usersessions|social|openid|github|beacon|asset")
ASKED = [  # what the addresses alone don't ask for
    *("articles/?rubric=probe", "articles/?source=probe", "articles/?entity=probe"),
    *("articles/?order=oldest", "articles/?order=discussed", "articles/?language=ru"),
    *("search/?q=words", "search/?q=words&order=newest", "entities/?q=pro"),
]


@pytest.fixture
def world() -> Iterator[dict[str, Any]]:
    logging.disable(logging.WARNING)
    yield make_world()
    logging.disable(logging.NOTSET)


def make_secret(state: str, world: dict[str, Any]) -> Article:
    """About the same things as the probe that is out, by its reader, an answer to it, and pinned.

    Its text has a word that the probe's has too, so that a search for it finds what leaks.
    """
    probe = Article.objects.get(pk=world["pk"])
    now = timezone.now()
    article = make_article(
        "Unannounced",
        languages=LANGUAGES,
        state="scheduled" if state == "embargoed" else state,
        published_at=now - timedelta(hours=1),
        embargo_until=now + timedelta(hours=1) if state == "embargoed" else None,
        rubric=probe.rubric,
        source=probe.source,
        author_id=world["id"],
        image=make_image(alt_en="Unannounced", alt_ru="Необъявленное", caption_en="Unannounced"),
        response_to=probe,
        response_kind="reply",
        is_pinned=True,
    )
    article.texts.filter(language="ru").update(title="Необъявленная", lead="Необъявленное.")
    Correction.objects.create(article=article, kind="typo", note_en="Unannounced.", note_ru="—")
    mention(article, "probe")
    return article


def addresses(world: dict[str, Any], languages: tuple[str, ...] = ("en",)) -> list[str]:
    """All that tell of news."""
    with translation.override("en"):
        named = {name: p for name, p in patterns().items() if not NO_NEWS_THERE.match(name)}
        paths = [path_to(pattern, world) for pattern in named.values()]
    paths += [f"/en/{asked}" for asked in ASKED]
    if "ru" in languages:
        paths += [path.replace("/en/", "/ru/", 1) for path in paths if path.startswith("/en/")]
    return paths


def addresses_of(article: Article, world: dict[str, Any]) -> list[str]:
    """Those that lead to `article`, its discussion, its feeds."""
    with translation.override("en"):
        return [
            path_to(pattern, world | {"pk": article.pk})
            for name, pattern in patterns().items()
            if "pk" in pattern.parts and name.startswith(("news:", "comments:"))
        ]


NEW_EACH_TIME = re.compile(
    r"csrf[\w-]*\W[^>]*>|nonce-[\w=/+-]+|submission_key[^>]*>"
    r"|<lastBuildDate>[^<]*|\"exported_at\": \"[^\"]*"
)


def seen(client: Client, paths: list[str]) -> dict[str, str]:
    """What stands on the pages, and where others lead, but for what is new each time."""
    answers = {path: client.get(path) for path in paths}
    return {
        path: NEW_EACH_TIME.sub(
            "",
            f"{answer.status_code} {answer.headers.get('Location', '')} "
            + b"".join(answer).decode(errors="replace"),
        )
        for path, answer in answers.items()
    }


def telling(pages: dict[str, str]) -> list[str]:
    return [path for path, page in pages.items() if SECRET.search(page)]


def test_no_page_of_a_visitor_changes_by_what_is_not_out(world):
    visitor, paths = Client(), addresses(world, LANGUAGES)
    before = seen(visitor, paths)
    secrets = [make_secret(state, world) for state in HIDDEN]
    after = seen(visitor, paths)
    assert [path for path in paths if before[path] != after[path]] == []
    assert telling(after) == []
    for article in secrets:
        assert telling(seen(visitor, addresses_of(article, world))) == []
        assert visitor.get(f"/en/articles/{article.pk}-x/").status_code == 404


def test_what_is_not_out_is_found_by_no_moderator(world):
    """Who sees all that a reader sees, and more."""
    secrets = [make_secret(state, world) for state in HIDDEN]
    client = client_of("moderator")
    assert telling(seen(client, addresses(world))) == []
    assert telling(seen(client, addresses_of(secrets[0], world))) == []


def test_of_a_retracted_article_its_title_and_the_reason_are_left(world):
    reader, visitor = make_user(), Client()
    article = make_secret("published", world)
    comment = posting.post(article, reader.pk, "An unannounced comment.")
    rate(article, reader.pk, 1)
    assert telling(seen(visitor, addresses(world)))
    article.texts.update(title="Withdrawn", slug="withdrawn")
    article.retract("Wrong.", "Неверно.")
    assert telling(seen(visitor, addresses(world))) == []
    pages = seen(visitor, addresses_of(article, world | {"seq": comment.seq}))
    assert telling(pages) == []
    assert {page[:3] for page in pages.values()} <= {"302", "400", "403", "404", "405", "410"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_digest_tells_of_what_is_not_out(world, language):
    now = timezone.now()
    for state in HIDDEN:
        make_secret(state, world)
    make_secret("published", world).retract("Wrong.", "Неверно.")
    chosen = choose_articles(language, Topics(), now - timedelta(days=1), now + timedelta(hours=2))
    assert chosen == [world["pk"]]
