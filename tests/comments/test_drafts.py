"""What readers have begun to write waits for them, on any device, until it is posted."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from comments import drafts, posting
from comments.models import Comment, Draft
from portal.models import User
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def url_of(article, rest: str = "") -> str:
    return f"/en/articles/{article.pk}-probe-lands/{rest}"


def typed_into(response) -> str:
    """What stands in the form of a page."""
    _before, _, rest = response.content.decode().partition('name="body"')
    return rest.partition(">")[2].partition("</textarea>")[0].strip()


def begin(client, article, body="A beginning", rest="comments/new/", **data):
    return client.post(url_of(article, rest), {"do": "draft", "body": body, **data}, headers=HTMX)


def test_a_draft_is_in_the_form_again_on_every_device(client, article, reader):
    assert "Draft saved" in begin(client, article).content.decode()
    elsewhere = Client()
    elsewhere.force_login(reader)
    for rest in ("", "comments/", "comments/new/"):
        assert typed_into(elsewhere.get(url_of(article, rest))) == "A beginning"
    assert not Comment.objects.exists()


def test_without_scripts_a_button_saves_it(client, article, reader):
    data = {"do": "draft", "body": "A beginning"}
    response = client.post(url_of(article, "comments/new/"), data)
    assert "Your draft, saved" in response.content.decode()
    assert typed_into(response) == "A beginning"


def test_each_place_has_its_own(client, article, reader):
    posting.post(article, make_user().pk, "Question?")
    begin(client, article, "To all")
    begin(client, article, "To you", "comments/1/reply/")
    assert typed_into(client.get(url_of(article, "comments/new/"))) == "To all"
    assert typed_into(client.get(url_of(article, "comments/1/reply/"))) == "To you"
    assert url_of(article, "comments/1/reply/") in client.get(url_of(article)).content.decode()


def test_the_last_saved_text_counts_and_an_empty_one_is_none(client, article, reader):
    for body in ("One", "Two"):
        begin(client, article, body)
    assert Draft.objects.get().body == "Two"
    begin(client, article, "  ")
    assert not Draft.objects.exists()


def test_it_is_gone_once_it_is_posted(client, article, reader):
    key = str(uuid4())
    begin(client, article, "Ready", submission_key=key)
    data = {"body": "Ready", "submission_key": key}
    client.post(url_of(article, "comments/new/"), data)
    assert Comment.objects.get().body == "Ready"
    assert not Draft.objects.exists()


def test_an_autosave_that_comes_late_brings_nothing_back(client, article, reader):
    key = uuid4()
    posting.post(article, reader.pk, "Ready", submission_key=key)
    begin(client, article, "Read", submission_key=str(key))
    assert not Draft.objects.exists()
    # Even if it was saved at the very moment at which the comment was.
    Draft.objects.create(user=reader, article=article, body="Read", submission_key=key)
    assert typed_into(client.get(url_of(article, "comments/new/"))) == ""


def test_a_draft_can_be_discarded(client, article, reader):
    begin(client, article)
    response = client.post(url_of(article, "comments/new/"), {"do": "discard", "body": "x"})
    assert typed_into(response) == ""
    assert not Draft.objects.exists()


def test_nobody_sees_another_ones(client, article, reader):
    begin(client, article)
    client.force_login(make_user())
    assert "A beginning" not in client.get(url_of(article)).content.decode()
    client.logout()
    assert "A beginning" not in client.get(url_of(article)).content.decode()


def test_even_what_could_not_be_posted_is_kept(client, article, reader):
    begin(client, article, "y" * 15_000)
    assert typed_into(client.get(url_of(article, "comments/new/"))) == "y" * 15_000
    assert "a\0b" not in begin(client, article, "a\0b").content.decode()
    assert Draft.objects.get().body == "ab"


def test_nobody_fills_the_database_with_them(client, reader, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_OF_ONE_READER", 3)
    for number in range(5):
        begin(client, make_article(), f"Number {number}")
    kept = set(Draft.objects.values_list("body", flat=True))
    assert kept == {"Number 2", "Number 3", "Number 4"}


def test_old_ones_are_forgotten(client, article, reader):
    begin(client, article)
    assert drafts.forget_old() == 0
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=100))
    assert drafts.forget_old() == 1


def test_looking_writes_nothing(client, article, reader):
    for method in (client.get, client.head):
        method(url_of(article, "comments/new/"), {"do": "draft", "body": "x"})
    assert not Draft.objects.exists()


# Whose session ended while they typed.


def test_what_somebody_typed_is_there_when_they_have_logged_in(client, article, reader):
    client.logout()
    response = client.post(url_of(article, "comments/new/"), {"body": "My long thought"})
    assert response.status_code == 403
    text = response.content.decode()
    assert "My long thought" in text
    assert f"/accounts/login/?next={url_of(article, 'comments/new/')}" in text
    log_in(client)
    for rest in ("comments/new/", ""):
        assert typed_into(client.get(url_of(article, rest))) == "My long thought"
    client.post(url_of(article, "comments/new/"), {"body": "My long thought, ended"})
    assert typed_into(client.get(url_of(article, "comments/new/"))) == ""


def test_a_reply_waits_where_it_belongs(client, article, reader):
    posting.post(article, make_user().pk, "Question?")
    client.logout()
    client.post(url_of(article, "comments/1/reply/"), {"body": "Answer"}, headers=HTMX)
    log_in(client)
    assert typed_into(client.get(url_of(article, "comments/1/reply/"))) == "Answer"
    assert typed_into(client.get(url_of(article, "comments/new/"))) == ""


def test_strangers_can_not_make_us_keep_without_end(article):
    for _ in range(35):
        Client().post(url_of(article, "comments/new/"), {"body": "Spam"})
    assert Session.objects.count() == 30


def log_in(client) -> None:
    data = {"login": "vera@example.org", "password": "correct horse"}
    address = {"email": "vera@example.org", "verified": True, "primary": True}
    EmailAddress.objects.create(user=User.objects.get(username="vera"), **address)
    assert client.post("/en/accounts/login/", data).status_code == 302
