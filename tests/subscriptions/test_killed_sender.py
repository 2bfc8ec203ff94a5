"""A sender is killed (-9) while the server holds its message: one uncertain mail, no doubt else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscriptions import reaper
from subscriptions.models import Delivery
from subscriptions.tasks import send_edition
from tests.killing import kill_in_mid_message
from tests.subscriptions.rows import make_edition, states
from tests.subscriptions.sink import Sink

SENDER = "from subscriptions.tasks import send_edition; send_edition({})"


@pytest.mark.django_db(transaction=True)
def test_a_message_in_the_hands_of_a_killed_sender_is_uncertain_and_not_sent_again(
    sink: Sink,
) -> None:
    edition = make_edition(5)
    kill_in_mid_message(SENDER.format(edition.pk), sink, accepted=2)
    assert states(edition) == ["sent", "sent", "sending", "claimed", "claimed"]
    reaper.reap(timezone.now() + timedelta(hours=1))
    assert states(edition) == ["sent", "sent", "uncertain", "queued", "queued"]
    send_edition(edition.pk)
    assert states(edition) == ["sent", "sent", "uncertain", "sent", "sent"]
    assert Delivery.objects.get(state="uncertain").subscription.email not in sink.recipients[3:]
