"""A reader deletes their account: no trace of the person stays, and every thread stays whole."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from comments import posting
from comments.models import Comment, CommentReport, Discussion, ModerationEvent
from news.models import Article
from news.redis_client import client as redis_client
from portal import deletion
from portal.models import AccountDeletion, User
from subscriptions.models import Subscription, Suppression
from tests.factories import make_article, make_user
from tests.portal.life import EMAIL, NAME, SECRET, live
from tests.portal.people import PASSWORD, log_in, mailbox, make_reader

pytestmark = pytest.mark.django_db


def ask(client, name: str = NAME, **more):
    """Through the pages, as readers do."""
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})
    return client.post("/en/accounts/data/delete/", {"name": name, **more})


def sweep() -> None:
    deletion.sweep(timezone.now() + timedelta(minutes=2))
    mailbox()


def leave(client, **more) -> None:
    log_in(client, EMAIL)
    ask(client, **more)
    sweep()


def traces(*words: str) -> list[str]:
    """Every column of every table that says one of `words` in any case, and every key of Redis."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_generated = 'NEVER'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT "{column}"::text, "{column}" FROM "{table}"')
            for text, value in cursor.fetchall():
                said = f"{text} {bytes(value)!r}" if isinstance(value, memoryview) else str(text)
                found += [f"{table}.{column}" for word in words if word.lower() in said.lower()]
    for key in redis_client().scan_iter("*"):
        kept = f"{key!r} {in_redis(key)!r}".lower()
        found += [key.decode() for word in words if word.lower() in kept]
    return sorted(set(found))


def in_redis(key: bytes) -> object:
    redis = redis_client()
    read = {
        b"string": redis.get,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1),
    }
    return read[redis.type(key)](key)


def sessions_of(user_id: int) -> list[Session]:
    return [
        session
        for session in Session.objects.all()
        if session.get_decoded().get("_auth_user_id") == str(user_id)
        or EMAIL in str(session.get_decoded())
    ]


def test_a_full_life_leaves_traces_that_the_search_finds():
    live()
    found = traces(NAME, EMAIL, SECRET)
    tables = {place.partition(".")[0] for place in found}
    assert len(tables) > 12
    assert "comments_comment.body_html" in found
    assert "news_auditentry.name" in found


def test_afterwards_no_table_and_no_session_and_no_key_knows_the_person(client):
    user = live()
    Client().post("/en/accounts/login/code/", {"email": EMAIL})
    elsewhere = Client()
    log_in(elsewhere, EMAIL)
    leave(client)
    assert not User.objects.filter(pk=user.pk).exists()
    assert traces(NAME, EMAIL, SECRET) == []
    assert sessions_of(user.pk) == []


def test_what_others_could_read_stays_without_a_name(client):
    live()
    leave(client)
    article = Article.objects.get(comment_count__gt=0)
    page = client.get(f"/en/articles/{article.pk}-probe-lands/").content.decode()
    for words in ("I was there.", "deleted reader", "Thanks a lot, @deleted!", "As @deleted said"):
        assert words in page
    assert article.comment_count == Discussion.objects.get().visible_count == 3


def test_with_their_comments_they_leave_placeholders(client):
    live()
    leave(client, takes_comments="on")
    gone = Comment.objects.filter(author=None)
    assert set(gone.values_list("status", "body", "body_html")) == {("deleted", "", "")}
    assert Discussion.objects.get().visible_count == 2


def test_their_votes_are_taken_back_and_their_reports_stay_without_words(client):
    live()
    leave(client)
    first = Comment.objects.get(seq=1)
    assert (first.up, first.down) == (0, 0)
    assert Article.objects.get(comment_count__gt=0).rating == 0
    report = CommentReport.objects.get(comment=first)
    assert (report.reporter, report.note, report.reason, report.is_open) == (
        None,
        "",
        "abuse",
        True,
    )


def test_the_log_of_moderators_keeps_what_was_done_and_forgets_to_whom(client):
    live()
    before = ModerationEvent.objects.count()
    leave(client)
    events = ModerationEvent.objects.all()
    assert events.count() == before
    assert {(event.subject, event.note) for event in events} == {(None, "")}
    assert events.filter(action="hide", reason="abuse", moderator__username="chief").exists()


def test_the_digest_ends_and_only_a_hash_tells_not_to_write(client):
    live()
    leave(client)
    assert not Subscription.objects.filter(email=EMAIL).exists()
    assert Suppression.objects.among([EMAIL]) == {EMAIL}


def test_the_last_letter_goes_out_in_their_language(client):
    make_reader(NAME, email=EMAIL, language="ru")
    leave(client)
    assert mailbox(EMAIL)[-1].subject == "Ваша учётная запись удалена"


def test_at_once_the_account_is_closed_everywhere(client):
    make_reader(NAME, email=EMAIL)
    elsewhere = Client()
    log_in(elsewhere, EMAIL)
    log_in(client, EMAIL)
    assert ask(client).url == "/en/accounts/deleted/"
    for browser in (client, elsewhere):
        assert "/accounts/login/" in browser.get("/en/accounts/settings/").url
    assert client.get(f"/en/users/{NAME}/").status_code == 404
    assert "/inactive/" in log_in(client, EMAIL).url


@pytest.mark.parametrize("name", ["", "Zaramell", "boris", "@Zaramella"])
def test_another_name_deletes_nothing_and_says_so(client, name):
    make_reader(NAME, email=EMAIL)
    log_in(client, EMAIL)
    page = ask(client, name).content.decode()
    assert "This isn’t the name of your account." in page or "This field is required." in page
    assert not AccountDeletion.objects.exists()


def test_whoever_only_found_the_browser_open_can_delete_nothing(client):
    make_reader(NAME, email=EMAIL)
    log_in(client, EMAIL)
    assert "/reauthenticate/" in client.get("/en/accounts/data/delete/").url
    assert "/reauthenticate/" in client.post("/en/accounts/data/delete/", {"name": NAME}).url
    assert not AccountDeletion.objects.exists()


def test_staff_are_asked_to_lay_down_their_office_first(client):
    make_reader(NAME, email=EMAIL, is_staff=True)
    log_in(client, EMAIL)
    assert ask(client).status_code == 403
    assert not AccountDeletion.objects.exists()


def test_a_killed_deletion_is_finished_by_the_next(client, monkeypatch):
    user = live()
    deletion.ask(user)
    with monkeypatch.context() as patch:
        patch.setattr(deletion, "_end_sessions", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deletion.delete(user.pk)
    sweep()
    deletion.delete(user.pk)
    assert traces(NAME, EMAIL, SECRET) == []


def test_names_that_only_begin_alike_are_left_alone(client):
    make_reader(NAME, email=EMAIL)
    said = f"@{NAME}2 @{NAME}-x @{NAME}.y x@{NAME} {NAME}s"
    comment = posting.post(make_article(), make_user().pk, said)
    leave(client)
    comment.refresh_from_db()
    assert comment.body == said


def test_an_administrator_deletes_a_reader_as_thoroughly(client):
    user = live()
    chief = make_reader("boss", email="boss@example.org", is_staff=True, is_superuser=True)
    client.force_login(chief)
    client.post(f"/admin/portal/user/{user.pk}/delete/", {"post": "yes"})
    sweep()
    assert traces(NAME, EMAIL, SECRET) == []


def test_accounts_that_nobody_confirmed_are_forgotten_after_a_week(client):
    signup = {"email": EMAIL, "username": NAME, "password1": PASSWORD}
    client.post("/en/accounts/signup/", signup)
    sweep()
    assert User.objects.exists()
    User.objects.update(date_joined=timezone.now() - timedelta(days=8))
    sweep()
    sweep()
    assert traces(NAME, EMAIL) == []
