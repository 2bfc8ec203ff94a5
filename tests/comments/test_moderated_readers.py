"""What moderators do to a reader's account: warn, hide all, ban, let in again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from comments import notices, posting
from comments.models import Ban, Comment, ModerationEvent
from portal.models import User
from tests.factories import make_article, make_moderator, make_user

pytestmark = pytest.mark.django_db

SETTINGS = "/en/accounts/settings/"


@pytest.fixture
def reader() -> User:
    return make_user("vera", language="en")


@pytest.fixture
def moderator(client: Client) -> User:
    user = make_moderator("mod")
    client.force_login(user)
    return user


def act(client: Client, act: str, **data: str) -> str:
    data = {"act": act, "reason": "spam", "note": "", **data}
    return client.post("/en/moderation/readers/vera/", data, follow=True).content.decode()


def undo(client: Client) -> str:
    number = ModerationEvent.objects.latest("pk").act
    return client.post(f"/en/moderation/acts/{number}/undo/", follow=True).content.decode()


def letters() -> list[str]:
    notices.sweep(timezone.now() + timedelta(minutes=6))
    return [str(message.body) for message in mail.outbox]


def log_in(address: str) -> Client:
    """As a person does, by the form: the session is on the list of their sessions."""
    from allauth.account.models import EmailAddress

    user = User.objects.get(email=address)
    EmailAddress.objects.get_or_create(user=user, email=address, verified=True, primary=True)
    theirs = Client()
    theirs.post("/en/accounts/login/", {"login": address, "password": "correct horse"})
    assert theirs.get(SETTINGS).status_code == 200
    return theirs


@pytest.mark.parametrize("act_of_ban", ["ban", "ban_and_hide"])
def test_a_session_ended_by_a_ban_stays_ended_when_the_ban_is_undone(
    client: Client, reader: User, moderator: User, act_of_ban: str
) -> None:
    theirs = log_in(reader.email)
    posting.post(make_article(), reader.pk, "A word.")
    act(client, act_of_ban)
    assert "/accounts/login/" in theirs.get(SETTINGS).url
    undo(client)
    assert "/accounts/login/" in theirs.get(SETTINGS).url
    log_in(reader.email)


def test_who_is_banned_can_not_log_in(client: Client, reader: User, moderator: User) -> None:
    act(client, "ban")
    theirs = Client()
    theirs.post("/en/accounts/login/", {"login": reader.email, "password": "correct horse"})
    assert "/accounts/login/" in theirs.get(SETTINGS).url


def test_a_lifted_ban_lets_in_again_and_its_undo_shuts_out_again(
    client: Client, reader: User, moderator: User
) -> None:
    act(client, "ban")
    assert "Done." in act(client, "unban")
    log_in(reader.email)
    undo(client)
    reader.refresh_from_db()
    assert (reader.is_active, Ban.objects.active().count()) == (False, 1)


def test_a_ban_that_is_lifted_already_is_not_lifted_twice(
    client: Client, reader: User, moderator: User
) -> None:
    assert "No ban shuts this reader out" in act(client, "unban")
    act(client, "ban")
    assert "banned or closed already" in act(client, "ban")
    assert ModerationEvent.objects.count() == 1


def test_an_ended_ban_is_not_renewed_by_an_undo(
    client: Client, reader: User, moderator: User
) -> None:
    act(client, "ban")
    act(client, "unban")
    past = timezone.now() - timedelta(hours=1)
    Ban.objects.update(created_at=past - timedelta(days=1), until=past)
    assert "no longer fits" in undo(client)
    reader.refresh_from_db()
    assert reader.is_active


def test_all_that_a_reader_wrote_is_hidden_and_comes_back_with_one_undo(
    client: Client, reader: User, moderator: User
) -> None:
    article = make_article()
    for number in range(3):
        posting.post(article, reader.pk, f"Word {number}.")
    deleted = posting.post(article, reader.pk, "Taken back.")
    posting.delete(deleted)
    act(client, "hide_all")
    statuses = Comment.objects.filter(author=reader).order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["hidden"] * 3 + ["deleted"]
    assert "nothing to hide" in act(client, "hide_all")
    undo(client)
    assert list(statuses.all()) == ["visible"] * 3 + ["deleted"]
    reader.refresh_from_db()
    assert reader.is_active


def test_hiding_all_is_one_letter(client: Client, reader: User, moderator: User) -> None:
    for number in range(3):
        posting.post(make_article(), reader.pk, f"Word {number}.")
    act(client, "hide_all", note="Three times the same.")
    [letter] = letters()
    assert "Three times the same." in letter


def test_a_warning_is_a_letter_and_nothing_else(
    client: Client, reader: User, moderator: User
) -> None:
    posting.post(make_article(), reader.pk, "A word.")
    act(client, "warn", reason="abuse", note="Be kind to the others.")
    [letter] = letters()
    assert "Be kind to the others." in letter
    assert Comment.objects.get().status == "visible"
    reader.refresh_from_db()
    assert reader.is_active


def test_a_warning_that_is_taken_back_in_time_is_never_mailed(
    client: Client, reader: User, moderator: User
) -> None:
    act(client, "warn")
    undo(client)
    assert letters() == []


def test_the_page_of_a_reader_shows_their_record(
    client: Client, reader: User, moderator: User
) -> None:
    posting.post(make_article(), reader.pk, "A word of hers.")
    act(client, "warn", note="First warning.")
    page = client.get("/en/moderation/readers/vera/").content.decode()
    for words in ("A word of hers.", "Warned", "First warning."):
        assert words in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "crown"},
        {"act": "ban", "reason": "taste"},
        {"act": "ban", "until": "yesterday"},
        {"act": "ban", "until": "2001-01-01T00:00"},
        {"act": "ban", "until": "9999-01-01T00:00"},
        {"act": "warn", "note": "x" * 1001},
    ],
)
def test_nonsense_changes_nothing_and_is_said_at_its_field(
    client: Client, reader: User, moderator: User, wrong: dict[str, str]
) -> None:
    data = {"reason": "spam", "note": "Kept words.", **wrong}
    answer = client.post("/en/moderation/readers/vera/", data)
    assert answer.status_code == 422
    assert data["note"] in answer.content.decode()
    assert not ModerationEvent.objects.exists()


def test_readers_may_not_do_any_of_it(client: Client, reader: User) -> None:
    client.force_login(make_user())
    for one in ("ban", "unban", "hide_all", "warn"):
        data = {"act": one, "reason": "spam"}
        assert client.post("/en/moderation/readers/vera/", data).status_code == 403
    assert not ModerationEvent.objects.exists()
