"""What the staff sees and does; constant queries, nothing that breaks a promise."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from subscriptions.models import Delivery, Edition, Subscription, Suppression
from tests.factories import make_user
from tests.subscriptions.rows import (
    make_address_change,
    make_delivery,
    make_edition,
    make_subscription,
    states,
)

pytestmark = pytest.mark.django_db

RECORDS = ["edition", "delivery", "consentevent", "bounceevent", "addresschange"]
MODELS = ["subscription", "suppression", *RECORDS]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_lists_take_the_same_queries_for_any_number_of_rows(desk: Client, model: str) -> None:
    counts = []
    for _ in range(2):
        edition = make_edition(10, language="en" if not counts else "ru")
        for delivery in edition.deliveries.all():
            delivery.subscription.consent_events.create(action="asked", text="", language="en")
            make_address_change(delivery.subscription)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(f"/admin/subscriptions/{model}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("model", ["subscription", "edition", "delivery"])
def test_every_row_has_its_page(desk: Client, model: str) -> None:
    edition = make_edition()
    delivery = edition.deliveries.get()
    pk = {"subscription": delivery.subscription_id, "edition": edition.pk, "delivery": delivery.pk}
    assert desk.get(f"/admin/subscriptions/{model}/{pk[model]}/change/").status_code == 200


def act(desk: Client, model: str, action: str, *ids: int) -> None:
    data = {"action": action, "_selected_action": ids}
    assert desk.post(f"/admin/subscriptions/{model}/", data).status_code == 302


def test_editions_are_paused_and_resumed_and_refusals_are_told(desk: Client) -> None:
    edition = make_edition()
    act(desk, "edition", "pause", edition.pk)
    assert Edition.objects.get().state == "paused"
    act(desk, "edition", "pause", edition.pk)
    assert "Not possible" in desk.get("/admin/subscriptions/edition/").content.decode()
    act(desk, "edition", "resume", edition.pk)
    assert Edition.objects.get().state == "sending"


def test_an_uncertain_delivery_is_sent_again_only_at_somebodys_wish(desk: Client) -> None:
    edition = make_edition(2)
    lost = edition.deliveries.order_by("pk")[0]
    Delivery.objects.filter(pk=lost.pk).update(state="uncertain")
    act(desk, "delivery", "send_again", *edition.deliveries.values_list("pk", flat=True))
    assert states(edition) == ["queued", "queued"]


def test_a_subscriber_is_paused_resumed_and_unsubscribed(desk: Client) -> None:
    subscription = make_subscription()
    for action, status in (
        ("pause", "paused"),
        ("resume", "active"),
        ("unsubscribe", "unsubscribed"),
    ):
        act(desk, "subscription", action, subscription.pk)
        assert Subscription.objects.get().status == status


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_not_written_by_hand(desk: Client, model: str) -> None:
    assert desk.get(f"/admin/subscriptions/{model}/add/").status_code == 403


def test_a_change_of_address_is_found_by_either_address(desk: Client) -> None:
    make_address_change(make_subscription("old@example.org"), new_email="new@example.net")
    make_address_change(make_subscription("vera@example.org"))
    for address in ("old@example.org", "new@example.net"):
        page = desk.get(f"/admin/subscriptions/addresschange/?q={address}").content.decode()
        assert "new@example.net" in page and "vera@example.org" not in page


def test_a_moderator_who_may_only_look_finds_no_actions(client: Client) -> None:
    make_delivery(make_edition())
    client.force_login(make_user("looker", is_staff=True))
    assert client.get("/admin/subscriptions/delivery/").status_code == 403


def test_an_address_can_be_suppressed_by_hand(desk: Client) -> None:
    make_subscription("vera@example.org")
    data = {"email": "Vera@example.org", "reason": "manual"}
    desk.post("/admin/subscriptions/suppression/add/", data)
    assert Suppression.objects.among(["vera@example.org"]) == {"vera@example.org"}
    assert Subscription.objects.get().status == "suppressed"
