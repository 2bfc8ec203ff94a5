"""The digest as readers get it, word for word: in both languages, with one article and with sixty.

An empty one doesn't exist: without news there is no mail. After a change that is meant, look at the
new files and keep them: `VESTNIK_WRITE_GOLDEN=1 pytest tests/subscriptions/test_golden_mails.py`.
"""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from subscriptions import composing, planning
from subscriptions.models import Delivery, Edition, EditorsNote
from tests.factories import add_text, make_article, make_rubric, make_source
from tests.subscriptions.rows import NOW, SLOT, YESTERDAY, make_subscription
from tests.subscriptions.test_composing import filled, parsed

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).parent / "golden"
TITLES = {"en": "Probe lands on the far side", "ru": "Зонд сел на обратной стороне Луны"}
LEADS = {"en": "The first pictures are here.", "ru": "Получены первые снимки."}
NOTES = {"en": "A note & more.\n\nThe editors", "ru": "Слово «от нас».\n\nРедакция"}


def make_day(number: int) -> None:
    """The seventh and then the fifth of the day are pinned; one of last week is argued about."""
    for n in range(1, number + 1):
        make_news(f"{n}", SLOT - timedelta(minutes=n), n % 3, {7: 1, 5: 2}.get(n))
    if number > 1:
        make_news("0", SLOT - timedelta(days=3), 41)
        for language, text in NOTES.items():
            EditorsNote.objects.create(day=SLOT.date(), language=language, text=text)


def make_news(name: str, at: datetime, comments: int, place: int | None = None) -> None:
    article = make_article(
        f"{TITLES['en']} {name}",
        rubric=make_rubric("space", name_en="Space", name_ru="Космос", hue=210),
        source=make_source("esa", name_en="ESA", name_ru="ЕКА"),
        published_at=at,
        comment_count=comments,
        is_pinned=place is not None,
        pin_position=place,
    )
    article.texts.update(lead=LEADS["en"])
    add_text(article, "ru", f"{TITLES['ru']} {name}", lead=LEADS["ru"])


def mail(language: str) -> tuple[str, str]:
    """Text and HTML, without what differs from run to run."""
    edition = Edition.objects.create(language=language, since=YESTERDAY, cut_at=SLOT)
    ids = composing.choose_articles(language, composing.Topics(), YESTERDAY, SLOT)
    for position, pk in enumerate(ids, 1):
        edition.items.create(article_id=pk, position=position)
    message, text, html = parsed(filled(composing.compose(edition.pk)))  # type: ignore[arg-type]
    assert len(html.encode()) < 102 * 1024
    assert "<img" not in html
    assert "\n." not in html  # or each letter is rewritten on its way (RFC 5321, 4.5.2)
    text = f"{message['Subject']}\n\n{text}"
    return _steady(text), _steady(html)


def _steady(text: str) -> str:
    text = re.sub(r"/articles/\d+-", "/articles/N-", text)
    return re.sub(r"/(unsubscribe|preferences)/[^/]+/", r"/\1/TOKEN/", text)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("number", [1, 60])
def test_the_mail_is_word_for_word_as_it_was_looked_at(language: str, number: int) -> None:
    make_day(number)
    for ending, part in zip(("txt", "html"), mail(language), strict=True):
        path = FOLDER / f"{language}_{number}.{ending}"
        if os.environ.get("VESTNIK_WRITE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(part)
        assert part == path.read_text(), f"{path.name} has changed"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_without_news_there_is_no_mail(language: str) -> None:
    make_subscription(language=language)
    EditorsNote.objects.create(day=SLOT.date(), language=language, text="Nothing today.")
    planning.plan(NOW)
    assert not Delivery.objects.exists()


def test_the_pinned_come_in_the_editors_order() -> None:
    make_day(9)
    text, _ = mail("en")
    places = [text.index(f"{TITLES['en']} {n}\n") for n in (7, 5, 1, 2, 3)]
    assert places == sorted(places)


def test_what_is_argued_about_is_named_but_not_what_the_digest_tells_anyway() -> None:
    make_day(3)
    text, html = mail("en")
    for part in (text, html):
        discussed = part.partition("Most discussed")[2]
        assert "far side 0" in discussed
        assert "41 comments" in discussed
        assert "far side 1" not in discussed
