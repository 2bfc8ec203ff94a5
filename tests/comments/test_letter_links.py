"""One click stops letters about comments, each link for its own purpose; looking does nothing."""

import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from comments import following, letters, notifications, posting, preferences
from comments.letter_links import PURPOSES, stop_link
from comments.models import Follow, Notification, NotificationPreferences
from tests.factories import make_article, make_user
from tests.portal.people import make_reader
from tests.subscriptions.sink import Sink

pytestmark = pytest.mark.django_db

KINDS = ["reply", "mention", "follow", "all"]


@pytest.fixture
def vera():
    reader = make_reader("vera", email="vera@example.org")
    preferences.choose(reader, {"reply": "daily", "mention": "soon", "follow": "daily"})
    return reader


@pytest.fixture
def article(vera):
    article = make_article("Probe lands")
    following.follow_article(vera.pk, article)
    return article


def modes() -> dict[str, str]:
    return NotificationPreferences.objects.values("reply", "mention", "follow").get()


def path(vera, purpose: str, *numbers: int) -> str:
    return urlsplit(stop_link(vera, purpose, *numbers).url).path


def text_of(response) -> str:
    return response.content.decode()


def undo_path(response) -> str:
    return re.search(r'action="(/en/discussions/letters/[^"]+/again/)"', text_of(response))[1]


@pytest.mark.parametrize("purpose", list(PURPOSES))
@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_scanners_stop_nothing(client, vera, article, purpose, method):
    before = modes()
    for _ in range(2):
        getattr(client, method)(path(vera, purpose, article.pk))
    assert modes() == before
    assert Follow.objects.exists()


@pytest.mark.parametrize("purpose", KINDS)
def test_each_link_stops_what_it_is_for_and_one_click_undoes_it(client, vera, purpose):
    before = modes()
    url = path(vera, purpose)
    assert str(PURPOSES[purpose].question) in text_of(client.get(url))
    answer = client.post(url)
    assert str(PURPOSES[purpose].done) in text_of(answer)
    stopped = before.keys() if purpose == "all" else {purpose}
    assert modes() == before | dict.fromkeys(stopped, "off")
    undo = undo_path(answer)
    client.get(undo)
    assert modes() != before
    client.post(undo)
    assert modes() == before


def test_a_link_stops_following_one_discussion_alone(client, vera, article):
    following.follow_article(vera.pk, other := make_article())
    url = path(vera, "discussion", article.pk)
    assert "Probe lands" in text_of(client.get(url))
    answer = client.post(url)
    assert Follow.objects.get().discussion_id == other.pk
    client.post(undo_path(answer))
    assert Follow.objects.count() == 2
    assert modes()["follow"] == "daily"


@pytest.mark.parametrize("purpose", list(PURPOSES))
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_mail_programs_stop_them_with_one_post(vera, article, purpose, content_type):
    program = Client(enforce_csrf_checks=True)
    answer = program.post(
        path(vera, purpose, article.pk),
        "List-Unsubscribe=One-Click",
        content_type=content_type,
        headers={"Origin": "https://mail.example"},
    )
    assert answer.status_code == 200
    assert not program.cookies
    assert "off" in modes().values() or not Follow.objects.exists()


def test_the_button_of_a_letter_stops_just_such_letters(sink: Sink, client, vera, article):
    first = posting.post(article, vera.pk, "A question.")
    posting.post(article, make_user().pk, "Answer.", first.seq)
    notifications.announce_new()
    letters.sweep(timezone.now() + timedelta(days=1))
    url = re.search(r"<http://\S+?(/en/\S+)>", sink.message()["List-Unsubscribe"])[1]
    client.post(url)
    assert modes() == {"reply": "off", "mention": "soon", "follow": "daily"}


def test_the_button_of_a_mixed_letter_stops_all_and_its_text_has_a_link_for_each(
    sink: Sink, client, vera, article
):
    for words in ("News.", "Look, @vera"):
        posting.post(make_article() if "@" in words else article, make_user().pk, words)
        notifications.announce_new()
    letters.sweep(timezone.now() + timedelta(days=1))
    text = sink.message().get_body(("plain",)).get_content()
    names = re.findall(r"/en/discussions/letters/(\w+)/", text)
    assert names == ["discussion", "all", "mention", "follow"]
    assert "/letters/all/" in sink.message()["List-Unsubscribe"]
    unfollow = re.search(r"http://\S+?(/en/discussions/letters/discussion/\S+)", text)[1]
    client.post(unfollow)
    assert not Follow.objects.exists()


def test_stopping_twice_is_stopping_once_and_its_undo_still_works(client, vera):
    undo = undo_path(client.post(path(vera, "reply")))
    assert "again/" not in text_of(client.post(path(vera, "reply")))
    client.post(undo)
    assert modes()["reply"] == "daily"


def test_what_waits_is_not_mailed_after_the_click_but_after_the_undo(
    sink: Sink, client, vera, article
):
    posting.post(article, make_user().pk, "Look, @vera")
    notifications.announce_new()
    undo = undo_path(client.post(path(vera, "mention")))
    letters.sweep(timezone.now() + timedelta(hours=1))
    assert not sink.accepted
    client.post(undo)
    letters.sweep(timezone.now() + timedelta(hours=2))
    assert sink.recipients == [vera.email]
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "1.x", "é", "a" * 3000, "..", "1-2-3", "%00"])
def test_a_token_that_is_none_gets_a_clear_page(client, vera, token):
    for rest in (f"reply/{token}/", f"all/{token}/again/", f"discussion/{token}/"):
        for method in (client.get, client.post):
            assert method(f"/en/discussions/letters/{rest}").status_code in (400, 404)
    page = text_of(client.get("/en/discussions/letters/reply/x/"))
    assert "This link doesn’t work" in page and "Nothing has been changed" in page


def test_a_token_works_for_its_own_purpose_alone(client, vera, article):
    before = modes()
    tokens = {name: path(vera, name, article.pk).split("/")[-2] for name in PURPOSES}
    for name in PURPOSES:
        for other in PURPOSES.keys() - {name}:
            foreign = f"/en/discussions/letters/{name}/{tokens[other]}/"
            assert client.post(foreign).status_code == 404
        again = f"/en/discussions/letters/{name}/{tokens[name]}/again/"
        assert client.post(again).status_code == 404
    unknown = f"/en/discussions/letters/nonsense/{tokens['all']}/"
    assert client.post(unknown).status_code == 404
    assert modes() == before


def test_links_work_for_ever_and_with_a_new_key_and_undoing_for_a_week(
    client, vera, settings, monkeypatch
):
    url = path(vera, "reply")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    undo = undo_path(client.post(url))
    in_a_week = time.time() + 7 * 24 * 3600 + 1
    monkeypatch.setattr(signing.time, "time", lambda: in_a_week)
    answer = client.post(undo)
    assert answer.status_code == 410
    assert "This link has expired" in text_of(answer)
    assert modes()["reply"] == "off"


def test_the_link_of_somebody_who_has_left_is_one_that_does_not_work(client, vera):
    url = path(vera, "all")
    vera.delete()
    assert client.post(url).status_code == 404


def test_nobody_is_named_by_a_link_but_its_own_reader(client, vera):
    client.force_login(make_user("boris"))
    client.post(path(vera, "all"))
    assert modes() == dict.fromkeys(("reply", "mention", "follow"), "off")
    assert NotificationPreferences.objects.get().user == vera


def test_pages_behind_links_are_kept_by_nobody_and_in_the_readers_language(client):
    reader = make_user("vera", language="ru")
    answer = client.get(path(reader, "reply"))
    assert answer["Content-Language"] == "ru"
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex"' in text_of(answer)


# The page in the account.

PAGE = "/en/discussions/mine/mail/"
CHOICE = {"reply": "off", "mention": "daily", "follow": "soon", "hour": "21"}


def test_readers_choose_what_comes_by_mail_and_how_often(client, vera):
    client.force_login(vera)
    page = text_of(client.get(PAGE))
    for words in ("Replies to my comments", "Once a day", "vera@example.org", "21:00"):
        assert words in page
    assert "Saved." in text_of(client.post(PAGE, CHOICE, follow=True))
    own = NotificationPreferences.objects.get(user=vera)
    assert (own.reply, own.mention, own.follow, own.hour) == ("off", "daily", "soon", 21)


def test_a_first_choice_is_as_good_and_nobody_elses_is_touched(client, vera):
    client.force_login(boris := make_user("boris"))
    assert client.get(PAGE).status_code == 200
    assert NotificationPreferences.objects.count() == 1
    client.post(PAGE, {**CHOICE, "user": vera.pk, "returned_email": "x@example.org"})
    own = NotificationPreferences.objects.get(user=boris)
    assert (own.hour, own.returned_email) == (21, "")
    assert NotificationPreferences.objects.get(user=vera).hour == 8


@pytest.mark.parametrize(
    ("field", "value"),
    [(name, value) for name in CHOICE for value in ("", "x", "-1", "24", "9" * 30, "\0")],
)
def test_a_choice_that_there_is_not_is_said_at_its_field(client, vera, field, value):
    client.force_login(vera)
    answer = client.post(PAGE, {**CHOICE, field: value})
    assert answer.status_code == 422
    assert "error" in text_of(answer)
    assert modes()["reply"] == "daily"


def test_visitors_are_asked_to_log_in(client):
    for method in (client.get, client.post):
        assert "/accounts/login/" in method(PAGE).url


def test_a_new_time_zone_moves_the_morning(client, vera, article):
    posting.post(article, make_user().pk, "News.")
    notifications.announce_new()
    client.force_login(vera)
    data = {"language": "en", "time_zone": "Asia/Tokyo"}
    client.post("/en/accounts/settings/", data)
    assert Notification.objects.get().mail_due_at.hour == 23  # 8 in Tokyo


def test_who_turns_letters_on_again_hears_of_what_they_have_not_seen(client, vera, article):
    preferences.stop(vera, ["follow"])
    posting.post(article, make_user().pk, "News.")
    notifications.announce_new()
    assert Notification.objects.get().mail_due_at is None
    client.force_login(vera)
    client.post(PAGE, CHOICE)
    assert Notification.objects.get().mail_due_at
