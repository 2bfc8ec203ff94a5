"""The mail itself: whole, light, readable as text, the same for all but for its links."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from django.conf import settings

from subscriptions import composing, links, stencil
from subscriptions.composing import Topics, choose_articles
from subscriptions.models import Edition, Subscription
from subscriptions.stencil import Stencil
from tests.factories import make_article, make_rubric
from tests.subscriptions.rows import NOW, SLOT, YESTERDAY, make_news, make_subscription

pytestmark = pytest.mark.django_db

LONG = "Съешь ещё этих мягких французских булок, да выпей же чаю "
ENDLESS = "Ъ" * 3000


def compose(language: str = "en", **fields: object) -> Edition:
    edition = Edition.objects.create(language=language, since=YESTERDAY, cut_at=SLOT, **fields)
    for position, pk in enumerate(choose_articles(language, Topics(), YESTERDAY, SLOT), 1):
        edition.items.create(article_id=pk, position=position)
    return composing.compose(edition.pk)  # type: ignore[return-value]


def filled(edition: Edition, email: str = "vera@example.org", number: int = 1) -> bytes:
    return Stencil(bytes(edition.message or b"")).fill(
        {
            stencil.TO: email,
            stencil.DATE: "Tue, 10 Mar 2026 08:00:05 +0000",
            stencil.MESSAGE_ID: f"<{number}@example.org>",
            stencil.UNSUBSCRIBE: links.UNSUBSCRIBE.token(number),
            stencil.PREFERENCES: links.PREFERENCES.token(number),
        }
    )


def parsed(raw: bytes) -> tuple[EmailMessage, str, str]:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text and html
    return message, *(part.get_content().replace("\r\n", "\n") for part in (text, html))  # type: ignore[return-value]


def test_the_message_has_the_headers_that_mail_programs_look_for() -> None:
    make_news()
    message, _, _ = parsed(filled(compose("ru")))
    token = links.UNSUBSCRIBE.token(1)
    url = f"{settings.SITE_URL}/ru/subscriptions/unsubscribe/{token}/"
    assert message["To"] == "vera@example.org"
    assert message["Message-ID"] == "<1@example.org>"
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<digest.testserver>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ru"
    assert "Precedence" not in message


def test_the_text_part_comes_first_and_stands_alone() -> None:
    [article] = make_news(title="Probe lands")
    message, text, _ = parsed(filled(compose()))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "Probe lands\n" in text
    assert f"{settings.SITE_URL}/en/articles/{article.pk}-probe-lands/" in text
    assert f"/en/subscriptions/unsubscribe/{links.UNSUBSCRIBE.token(1)}/" in text
    assert f"/en/subscriptions/preferences/{links.PREFERENCES.token(1)}/" in text


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("number", [1, 60])
def test_the_message_is_light_and_whole(language: str, number: int) -> None:
    for article in make_news(number, languages=("en", "ru"), title=LONG * 4):
        article.texts.update(lead=LONG * 15)
    raw = filled(compose(language))
    _, text, html = parsed(raw)
    assert len(html.encode()) < 102 * 1024
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert html.count("<h2") == min(number, composing.ARTICLES)
    assert "<img" not in html
    assert "mark.invalid" not in html + text
    assert "vestnik-mark" not in html + text


def test_what_does_not_fit_in_is_counted_and_linked() -> None:
    make_news(60)
    _, text, html = parsed(filled(compose()))
    for part in (text, html):
        assert "And 48 more articles" in part
        assert f"{settings.SITE_URL}/en/articles/" in part


def test_two_recipients_differ_in_nothing_but_their_own_links() -> None:
    make_news(12, languages=("ru",), title=LONG * 4)
    edition = compose("ru")
    parts = {}
    for number, email in (
        (7, "vera@example.org"),
        (123456, "pavel.long.name@xn--e1afmkfd.xn--p1ai"),
    ):
        message, text, html = parsed(filled(edition, email, number))
        assert message["To"] == email
        tokens = links.UNSUBSCRIBE.token(number), links.PREFERENCES.token(number)
        for token in tokens:
            assert token in text
            assert token in html
            text, html = text.replace(token, ""), html.replace(token, "")
        parts[email] = text, html
    assert len(set(parts.values())) == 1


@pytest.mark.parametrize("title", [ENDLESS[:250], "'" * 250, "<&>\"'" * 50, "😀" * 240])
def test_words_that_never_end_break_no_line_limit(title: str) -> None:
    make_news(title=title, languages=("ru",))
    article = make_article(published_at=SLOT, languages=("ru",))
    article.texts.update(lead=title * 12)
    raw = filled(compose("ru"))
    parsed(raw)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize(
    "title",
    ["A\r\nBcc: all@example.org", "A\n.\n", "A\r.\rQUIT", "vestnik-mark-to@mark.invalid", "A\x01B"],
)
def test_a_hostile_headline_stays_a_headline(title: str) -> None:
    make_news(title=title)
    message, text, html = parsed(filled(compose()))
    assert message["To"] == "vera@example.org"
    assert message["Bcc"] is None
    assert "unsubscribe" in text
    assert "unsubscribe" in html


def test_markup_in_a_headline_is_shown_not_run() -> None:
    make_news(title="<script>alert(1)</script> & co")
    _, text, html = parsed(filled(compose()))
    assert "<script>alert(1)</script> & co" in text
    assert "<script" not in html


def test_another_language_is_marked() -> None:
    make_news(languages=("en",))
    _, text, html = parsed(filled(compose("ru")))
    assert 'lang="en"' in html
    assert "English" in text
    assert "English" in html


def test_pinned_articles_lead_then_the_readers_language_then_the_newest() -> None:
    def article(minutes: int, *languages: str, is_pinned: bool = False) -> int:
        at = SLOT - timedelta(minutes=minutes)
        return make_article(published_at=at, languages=languages, is_pinned=is_pinned).pk

    english = article(1, "en")
    newer, older = article(2, "ru"), article(3, "en", "ru")
    pinned = article(4, "en", is_pinned=True)
    order = choose_articles("ru", Topics(), YESTERDAY, SLOT)
    assert order == [pinned, newer, older, english]


def test_both_themes_and_every_heading_are_there() -> None:
    make_news(3)
    _, _, html = parsed(filled(compose()))
    assert "prefers-color-scheme: dark" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert '<html lang="en" dir="ltr">' in html
    HTMLParser().feed(html)


def test_an_article_retracted_before_composing_is_left_out() -> None:
    [first, second] = make_news(2)
    edition = Edition.objects.create(language="en", since=YESTERDAY, cut_at=SLOT)
    for position, article in enumerate((first, second), 1):
        edition.items.create(article=article, position=position)
    first.retract("Wrong.", "Неверно.")
    _, text, _ = parsed(filled(composing.compose(edition.pk)))  # type: ignore[arg-type]
    assert first.texts.get().title not in text
    assert second.texts.get().title in text


def test_an_edition_whose_articles_were_all_retracted_is_cancelled() -> None:
    [article] = make_news()
    edition = Edition.objects.create(language="en", since=YESTERDAY, cut_at=SLOT)
    edition.items.create(article=article, position=1)
    article.retract("Wrong.", "Неверно.")
    assert composing.compose(edition.pk).state == "cancelled"  # type: ignore[union-attr]


def test_an_edition_is_composed_once() -> None:
    make_news()
    edition = compose()
    assert composing.compose(edition.pk).message == edition.message  # type: ignore[union-attr]


def test_a_preview_saves_nothing_and_has_working_links_for_nobody() -> None:
    make_news()
    letter = composing.preview(make_subscription(), NOW)
    assert letter
    assert stencil.UNSUBSCRIBE in letter.html
    assert not Edition.objects.exists()


def test_a_preview_without_news_is_none() -> None:
    assert composing.preview(make_subscription(), NOW) is None


def test_topics_survive_their_key() -> None:
    topics = Topics((1, 22), (3, 400))
    assert Topics.from_key(topics.key()) == topics
    assert Topics.from_key("") == Topics()


def test_who_follows_hundreds_of_things_follows_everything() -> None:
    subscription: Subscription = make_subscription()
    subscription.rubrics.set(make_rubric(f"rubric-{n}") for n in range(300))
    assert Topics.of(subscription).key() == ""
