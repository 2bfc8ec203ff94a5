"""Every transition of an edition, allowed or refused; the database's own refusals."""

import pytest
from django.db import IntegrityError, transaction

from subscriptions.models import Edition, Subscription, TransitionRefused
from tests.subscriptions.rows import make_delivery, make_edition, make_subscription

pytestmark = pytest.mark.django_db

ALLOWED = {
    "start": {"ready": "sending"},
    "pause": {"ready": "paused", "sending": "paused", "attention": "paused"},
    "resume": {"paused": "sending", "attention": "sending"},
    "ask_for_attention": {"ready": "attention", "sending": "attention"},
    "finish": {"ready": "done", "sending": "done"},
    "reopen": {"done": "sending"},
    "cancel": dict.fromkeys(["building", "ready", "sending", "paused", "attention"], "cancelled"),
}


@pytest.mark.parametrize("state", Edition.State.values)
@pytest.mark.parametrize("act", ALLOWED)
def test_transitions(act: str, state: str) -> None:
    edition = make_edition(0)
    Edition.objects.update(state=state)
    expected = ALLOWED[act].get(state)
    if expected:
        getattr(edition, act)()
    else:
        with pytest.raises(TransitionRefused):
            getattr(edition, act)()
    assert edition.state == Edition.objects.get().state == (expected or state)


def refused(make: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make()  # type: ignore[operator]


def test_the_database_refuses_a_second_digest_on_one_local_day() -> None:
    edition = make_edition()
    subscription = edition.deliveries.get().subscription
    refused(lambda: make_delivery(edition, subscription=subscription, message_id="<2@example>"))


def test_the_database_refuses_what_cannot_be() -> None:
    edition = make_edition()
    subscription = make_subscription()
    for change in (
        {"next_due_at": None},
        {"status": "unheard of"},
        {"email": "Vera@example.org"},
        {"weekdays": []},
        {"weekdays": [7]},
    ):
        refused(lambda change=change: Subscription.objects.update(**change))
    refused(lambda: edition.deliveries.update(state="claimed"))
    refused(lambda: edition.deliveries.update(state="unheard of"))
    refused(lambda: make_subscription(subscription.email))
    refused(lambda: Edition.objects.update(since=edition.cut_at))
    refused(lambda: make_edition())
