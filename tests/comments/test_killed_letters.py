"""Whoever sends a letter is killed (-9) while the server holds it: it is never sent again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import letters, notifications, posting
from comments.models import NotificationLetter
from tests.factories import make_article, make_user
from tests.killing import kill_in_mid_message, start
from tests.portal.people import make_reader
from tests.subscriptions.sink import Sink

SENDER = """
from datetime import timedelta
from django.utils import timezone
from comments import letters
letters.sweep(timezone.now() + timedelta(minutes=11))
"""


def states() -> list[str]:
    return list(NotificationLetter.objects.order_by("pk").values_list("state", flat=True))


def call_three() -> None:
    for name in ("anna", "boris", "vera"):
        make_reader(name, email=f"{name}@example.org")
    posting.post(make_article(), make_user().pk, "Look, @anna, @boris and @vera.")
    notifications.announce_new()


@pytest.mark.django_db(transaction=True)
def test_a_letter_in_the_hands_of_a_killed_sender_is_uncertain_and_the_others_arrive_once(
    sink: Sink,
) -> None:
    call_three()
    kill_in_mid_message(SENDER, sink, accepted=1)
    assert states() == ["sent", "sending"]
    for wait in (12, 30, 90):
        letters.sweep(timezone.now() + timedelta(minutes=wait))
    assert states() == ["sent", "uncertain", "sent"]
    assert len(set(sink.recipients[-1:] + sink.recipients[:1])) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_each_reader_gets_one_letter(sink: Sink) -> None:
    call_three()
    senders = [start(SENDER) for _ in range(2)]
    assert [sender.wait(60) for sender in senders] == [0, 0]
    letters.sweep(timezone.now() + timedelta(minutes=11))
    assert sorted(sink.recipients) == [f"{name}@example.org" for name in ("anna", "boris", "vera")]
    assert states() == ["sent"] * 3
