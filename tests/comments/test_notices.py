"""Notices and answers to appeals are owed until a mail server takes them, or never will."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from comments import notices, posting
from comments.models import Appeal, Notice
from comments.moderation import Ruling, decide
from tests.factories import make_article, make_moderator, make_user
from tests.subscriptions.sink import running_sink

pytestmark = pytest.mark.django_db

MEMORY = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def notice() -> Notice:
    comment = posting.post(make_article(), make_user("vera").pk, "A word.")
    decide([comment.pk], "hide", Ruling(make_moderator(), "abuse"))
    return Notice.objects.get()


@pytest.fixture
def no_server(settings: Settings) -> None:
    """Nobody listens where mail is to go."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def in_minutes(minutes: float) -> None:
    notices.sweep(timezone.now() + timedelta(minutes=minutes))


def test_while_mail_fails_a_notice_is_owed_and_goes_once_it_works(
    notice: Notice, no_server: None, settings: Settings
) -> None:
    in_minutes(6)
    notice.refresh_from_db()
    assert notice.sent_at is None
    settings.EMAIL_BACKEND = MEMORY
    in_minutes(7)
    assert not mail.outbox  # two minutes lie between two tries
    in_minutes(9)
    in_minutes(12)
    assert len(mail.outbox) == 1
    notice.refresh_from_db()
    assert (notice.due_at, notice.sent_at is not None) == (None, True)


def test_after_a_day_it_is_given_up(notice: Notice, no_server: None, settings: Settings) -> None:
    in_minutes(6)
    in_minutes(25 * 60)
    settings.EMAIL_BACKEND = MEMORY
    in_minutes(26 * 60)
    assert not mail.outbox
    notice.refresh_from_db()
    assert (notice.due_at, notice.sent_at) == (None, None)


def test_what_fails_for_one_is_not_tried_with_everybody(no_server: None) -> None:
    article = make_article()
    for _ in range(3):
        comment = posting.post(article, make_user().pk, "A word.")
        decide([comment.pk], "hide", Ruling(make_moderator(), "abuse"))
    in_minutes(6)
    tried = Notice.objects.filter(due_at__gt=timezone.now() + timedelta(minutes=6))
    assert tried.count() == 1


@pytest.mark.parametrize(("refusal", "is_owed"), [("450 not now", True), ("550 unknown", False)])
def test_what_a_server_refuses_for_good_is_not_tried_again(
    notice: Notice, no_server: None, settings: Settings, refusal: str, is_owed: bool
) -> None:
    with running_sink() as (sink, settings.EMAIL_PORT):
        sink.on_rcpt = lambda recipient: refusal
        in_minutes(6)
        notice.refresh_from_db()
        assert (notice.due_at is not None, notice.sent_at) == (is_owed, None)


def test_the_answer_to_an_appeal_is_tried_again_too(
    notice: Notice, no_server: None, settings: Settings
) -> None:
    Notice.objects.update(due_at=None, sent_at=timezone.now())
    Appeal.objects.create(
        notice=notice,
        is_granted=False,
        answer="It stays.",
        decided_at=timezone.now(),
        due_at=timezone.now(),
    )
    in_minutes(1)
    settings.EMAIL_BACKEND = MEMORY
    in_minutes(4)
    in_minutes(9)
    [letter] = mail.outbox
    assert "It stays." in letter.body


def test_several_acts_against_one_author_are_one_letter(notice: Notice) -> None:
    author = notice.author
    other = posting.post(make_article(), author.pk, "Another word.")
    decide([other.pk], "spam", Ruling(make_moderator(), "spam"))
    in_minutes(6)
    [letter] = mail.outbox
    assert "A word." in letter.body
    assert "Another word." in letter.body
    assert not Notice.objects.filter(sent_at=None).exists()
