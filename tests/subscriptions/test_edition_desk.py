"""The page of an edition in the admin: its progress, and what can be done from there."""

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from news.models import AuditEntry
from subscriptions import sending
from subscriptions.models import Edition
from tests.factories import make_user
from tests.subscriptions.rows import make_delivery, make_edition, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def editor(client: Client) -> Client:
    user = make_user("editor", is_staff=True)
    user.groups.set(Group.objects.filter(name="editor"))
    client.force_login(user)
    return client


def page(edition: Edition, rest: str = "change/") -> str:
    return f"/admin/subscriptions/edition/{edition.pk}/{rest}"


def read(client: Client, path: str) -> str:
    """The text of a page, without its tags."""
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def make_outcomes(*outcomes: str, **fields: str) -> Edition:
    edition = make_edition(0)
    for state in outcomes:
        make_delivery(edition, state=state)
    Edition.objects.update(**{"state": "done"} | fields)
    return edition


def test_the_page_counts_deliveries_by_their_state(desk: Client) -> None:
    edition = make_outcomes("sent", "sent", "queued", "failed", "uncertain", state="sending")
    text = read(desk, page(edition))
    assert "4 of 5 letters done" in text
    for count in ("Waiting 1", "Sent 2", "Failed 1", "Uncertain 1", "Skipped 0"):
        assert count in text


def test_progress_asks_for_itself_anew_until_nothing_moves(desk: Client) -> None:
    edition = make_outcomes("queued", state="sending")
    assert 'hx-trigger="every 5s"' in desk.get(page(edition)).content.decode()
    Edition.objects.update(state="done")
    edition.deliveries.update(state="sent")
    fragment = desk.get(page(edition, "progress/")).content.decode()
    assert "1 of 1 letter done" in fragment and "hx-trigger" not in fragment


def test_progress_takes_the_same_queries_for_any_number_of_deliveries(desk: Client) -> None:
    edition, numbers = make_outcomes(*["sent", "failed"] * 5), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            desk.get(page(edition, "progress/"))
        numbers.append(len(queries))
        for _ in range(10):
            make_delivery(edition)
    assert numbers[0] == numbers[1] <= 5


def test_numbers_lead_to_their_deliveries(desk: Client) -> None:
    edition = make_outcomes("sent", "failed")
    links = re.findall(
        r'id="edition-count-\d" href="([^"]+)"', desk.get(page(edition)).content.decode()
    )
    lost = edition.deliveries.get(state="failed")
    assert len(links) == 2
    listed = read(desk, links[1].replace("&amp;", "&"))
    assert lost.subscription.email in listed and "In all: 1" in listed


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("pause", "sending", "paused"),
        ("resume", "paused", "sending"),
        ("cancel", "paused", "cancelled"),
    ],
)
def test_an_act_is_asked_about_then_done_and_logged(
    editor: Client, act: str, before: str, after: str
) -> None:
    edition = make_outcomes("queued", state=before)
    assert page(edition, f"do/{act}/") in editor.get(page(edition)).content.decode()
    assert editor.get(page(edition, f"do/{act}/")).status_code == 200
    assert Edition.objects.get().state == before
    assert editor.post(page(edition, f"do/{act}/"))["Location"] == page(edition)
    assert Edition.objects.get().state == after
    entry = AuditEntry.objects.about(edition).get()
    assert entry.by.username == "editor" and str(Edition.State(after).label) in str(entry)


def test_what_is_refused_is_told_and_not_logged(desk: Client) -> None:
    edition = make_outcomes("sent")
    assert "/do/" not in desk.get(page(edition)).content.decode()
    desk.post(page(edition, "do/pause/"))
    assert "Not possible while it is “Sent”" in read(desk, page(edition))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("lost", ["failed", "uncertain"])
def test_only_the_named_ones_are_sent_again(desk: Client, lost: str) -> None:
    edition = make_outcomes("failed", "uncertain", "sent")
    wished = edition.deliveries.get(state=lost).pk
    desk.post(page(edition, f"do/retry_{lost}/"))
    assert edition.deliveries.get(state="queued").pk == wished
    assert sorted(states(edition)) == sorted({"failed", "uncertain", "sent", "queued"} - {lost})
    assert "To be sent again: 1" in str(AuditEntry.objects.get())


def test_those_sent_again_arrive_under_the_message_id_that_they_had(
    desk: Client, mailoutbox: list
) -> None:
    edition = make_outcomes("uncertain", "sent")
    named = edition.deliveries.get(state="uncertain").message_id
    desk.post(page(edition, "do/retry_uncertain/"))
    sending.settle_editions(Edition.objects.get().cut_at)
    while sending.send_edition(edition.pk):
        pass
    assert states(edition) == ["sent", "sent"]
    assert [mail.message()["Message-ID"] for mail in mailoutbox] == [named]


def test_uncertain_ones_are_sent_again_only_after_a_warning(desk: Client) -> None:
    edition = make_outcomes("uncertain")
    assert "They may have arrived" in read(desk, page(edition, "do/retry_uncertain/"))
    assert states(edition) == ["uncertain"]


def test_nothing_of_a_cancelled_edition_is_sent_again(desk: Client) -> None:
    edition = make_outcomes("uncertain", "failed", state="cancelled")
    assert "/do/" not in desk.get(page(edition)).content.decode()
    desk.post(page(edition, "do/retry_uncertain/"))
    assert sorted(states(edition)) == ["failed", "uncertain"]


def test_an_editor_steers_but_does_not_send_again(editor: Client) -> None:
    edition = make_outcomes("queued", "failed", state="sending")
    assert "retry" not in editor.get(page(edition)).content.decode()
    assert editor.post(page(edition, "do/retry_failed/")).status_code == 403
    assert "failed" in states(edition)


def test_who_may_only_look_changes_nothing(client: Client) -> None:
    edition = make_outcomes("queued", state="sending")
    for staff in (False, True):
        client.force_login(make_user(is_staff=staff))
        assert client.post(page(edition, "do/cancel/")).status_code in (302, 403)
        assert client.get(page(edition, "progress/")).status_code in (302, 403)
    assert Edition.objects.get().state == "sending"


def test_a_forged_post_and_an_unknown_act_change_nothing(desk: Client) -> None:
    edition = make_outcomes("queued", state="sending")
    assert desk.post(page(edition, "do/delete/")).status_code == 404
    assert desk.get("/admin/subscriptions/edition/987654/progress/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies
    assert strict.post(page(edition, "do/cancel/")).status_code == 403
    assert Edition.objects.get().state == "sending"
