"""What is held waits for a moderator: its author sees it, nobody else does, the log says why."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from comments import moderation
from comments.models import Comment, Discussion, ModerationEvent
from comments.moderation import Action, Ruling
from news.models import Article
from portal.models import User
from tests.comments.readers import make_known_reader, make_newcomer, make_trusted_reader
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

AD = "Подробности на https://shop.top/"


@pytest.fixture(autouse=True)
def newcomers(settings: Settings) -> None:
    settings.FIRST_COMMENTS_HELD, settings.COMMENTS_UNTIL_TRUSTED = 2, 10


@pytest.fixture
def article() -> Article:
    return make_article("Probe lands")


def url_of(article: Article, rest: str = "new/") -> str:
    return f"/en/articles/{article.pk}-{article.texts.get().slug}/comments/{rest}"


def form_of(client: Client, url: str) -> dict[str, str]:
    """The hidden fields of the form at `url`, as a browser would send them back."""
    page = client.get(url).content.decode()
    fields = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    return dict(fields)


def as_reader(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def test_the_first_comment_of_a_newcomer_waits(article: Article) -> None:
    client = as_reader(make_newcomer())
    page = client.post(url_of(article), {"body": "Hello there."}, follow=True).content.decode()
    assert "A moderator will read your comment" in page
    comment = Comment.objects.get()
    assert comment.status == "pending"
    assert Discussion.objects.get().visible_count == 0
    event = ModerationEvent.objects.get()
    assert (event.action, event.moderator, event.comment) == ("hold", None, comment)
    assert event.rules[0] == "first"


def test_its_author_sees_it_and_nobody_else_does(article: Article) -> None:
    newcomer = as_reader(make_newcomer())
    newcomer.post(url_of(article), {"body": "Only mine to see."})
    for url in (url_of(article, ""), article.get_absolute_url()):
        assert "Only mine to see." in newcomer.get(url, follow=True).content.decode()
        for other in (Client(), as_reader(make_user())):
            assert "Only mine to see." not in other.get(url, follow=True).content.decode()


def test_its_author_may_edit_and_delete_it_while_it_waits(article: Article) -> None:
    client = as_reader(make_newcomer())
    client.post(url_of(article), {"body": "Helo."})
    client.post(url_of(article, "1/edit/"), {"body": "Hello there, all of you."})
    assert Comment.objects.get().body == "Hello there, all of you."
    assert Comment.objects.get().status == "pending"
    client.post(url_of(article, "1/delete/"))
    assert Comment.objects.get().status == "deleted"


def test_approved_it_is_there_for_everybody(article: Article) -> None:
    as_reader(make_newcomer()).post(url_of(article), {"body": "Hello there."})
    moderation.decide([Comment.objects.get().pk], Action.APPROVE, Ruling(make_user(is_staff=True)))
    assert "Hello there." in Client().get(url_of(article, "")).content.decode()


def test_a_link_edited_into_a_comment_that_stands_takes_it_out_of_sight(article: Article) -> None:
    client = as_reader(make_known_reader())
    url = url_of(article)
    client.post(url, {"body": "Harmless words.", **form_of(client, url)})
    comment = Comment.objects.get(discussion=article.pk)
    Comment.objects.filter(pk=comment.pk).update(status="visible", is_listed=True)
    page = client.post(url_of(article, "1/edit/"), {"body": f"Harmless words. {AD}"}, follow=True)
    assert "A moderator will read your comment" in page.content.decode()
    comment.refresh_from_db()
    assert (comment.status, comment.is_listed) == ("pending", False)
    event = ModerationEvent.objects.latest("pk")
    assert "link" in event.rules
    assert "shop.top" in event.note


def test_what_a_trusted_reader_says_is_there_at_once(article: Article) -> None:
    client = as_reader(make_trusted_reader())
    client.post(url_of(article), {"body": AD})
    assert AD.split()[-1] in Client().get(url_of(article, "")).content.decode()


def test_the_form_says_when_it_was_shown_and_has_a_field_for_robots(article: Article) -> None:
    client = as_reader(make_trusted_reader())
    sent = form_of(client, url_of(article))
    assert sent["shown"]
    client.post(url_of(article), {"body": "Buy from us, dear people!", "homepage": "x", **sent})
    assert set(ModerationEvent.objects.get().rules) == {"trap", "too_fast"}


@pytest.mark.parametrize("stamp", ["", "0", "1.5:x", "9" * 500, "\u0661:\u0662", "nan:x"])
def test_a_forged_stamp_only_means_that_nobody_knows(article: Article, stamp: str) -> None:
    client = as_reader(make_trusted_reader())
    client.post(url_of(article), {"body": "An ordinary thought of mine.", "shown": stamp})
    assert Comment.objects.get(discussion=article.pk).status == "visible"


def test_what_is_refused_is_kept_for_its_author(article: Article) -> None:
    client = as_reader(make_trusted_reader())
    for _ in range(2):
        answer = client.post(url_of(article), {"body": "The very same words, twice."})
    assert answer.status_code == 422
    assert "said exactly this" in answer.content.decode()
    assert "The very same words, twice." in answer.content.decode()


def test_nothing_is_mailed_for_what_waits(article: Article) -> None:
    as_reader(make_newcomer()).post(url_of(article), {"body": f"@admin {AD}"})
    assert mail.outbox == []
