"""The desk sees how the digest has fared, day by day: drawn, and in figures."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.day import day_of
from subscriptions import history
from subscriptions.models import BounceEvent, DigestDay
from tests.factories import make_user
from tests.subscriptions.rows import make_delivery, make_edition, make_subscription

pytestmark = pytest.mark.django_db

PAGE = "/admin/subscriptions/edition/history/"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


def test_a_day_is_counted_from_its_rows() -> None:
    now = timezone.now()
    edition = make_edition(0, cut_at=now - timedelta(minutes=1))
    for state in ("sent", "sent", "failed", "uncertain", "queued"):
        make_delivery(edition, state=state, finished_at=None if state == "queued" else now)
    events = make_subscription(status="paused", next_due_at=None).consent_events
    for action in ("asked", "confirmed", "unsubscribed", "confirmed"):
        events.create(action=action, text="", language="en")
    for kind in ("hard", "soft", "complaint", "auto_reply"):
        BounceEvent.objects.create(provider="x", event_id=kind, kind=kind, happened_at=now)
    history.count_days(now + timedelta(seconds=1))
    row = DigestDay.objects.get()
    assert (row.day, row.active, row.joined, row.left) == (day_of(now), 5, 2, 1)
    assert (row.sent, row.failed, row.uncertain) == (2, 1, 1)
    assert (row.bounced, row.complained) == (2, 1)


def test_it_is_counted_again_now_and_then_and_once_after_the_day() -> None:
    noon = timezone.now().replace(hour=12, minute=0)
    history.count_days(noon)
    first = DigestDay.objects.get().counted_at
    history.count_days(noon + timedelta(minutes=10))
    assert DigestDay.objects.get().counted_at == first
    history.count_days(noon + timedelta(minutes=40))
    assert DigestDay.objects.get().counted_at > first
    for minutes in (1, 2, 40):
        history.count_days(noon + timedelta(hours=12, minutes=minutes))
    yesterday, today = DigestDay.objects.order_by("day")
    assert yesterday.counted_at == noon + timedelta(hours=12, minutes=1)
    assert today.counted_at == noon + timedelta(hours=12, minutes=40)


def make_days(number: int) -> None:
    now = timezone.now()
    for n in range(number):
        day = day_of(now) - timedelta(days=n)
        DigestDay.objects.update_or_create(
            day=day, defaults={"active": 1000 - n, "sent": 900 + n, "counted_at": now}
        )


def test_charts_are_drawn_and_said_in_a_table(desk: Client) -> None:
    make_days(3)
    page = desk.get(PAGE).content.decode()
    assert (
        page.count('<figure class="digest-chart">') == 7
        and 'role="img"' in page
        and "style=" not in page
    )
    table = page[page.index("<table") :]
    assert re.search(r"<td>1000</td>.*<td>900</td>", table, re.DOTALL)
    heights = [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"', page)]
    assert len(heights) == 21 and max(heights) == 120


@pytest.mark.parametrize("days", ["30", "90", "365", "0", "x", "9" * 50, ""])
def test_any_span_is_answered(desk: Client, days: str) -> None:
    make_days(40)
    page = desk.get(f"{PAGE}?days={days}").content.decode()
    assert page.count('<th scope="row">') == (40 if days in ("90", "365") else 30)


def test_before_the_first_count_it_says_so(desk: Client) -> None:
    assert "Nothing has been counted yet" in desk.get(PAGE).content.decode()


def test_queries_do_not_grow_with_the_days(desk: Client) -> None:
    counts = []
    for number in (10, 20):
        make_days(number)
        with CaptureQueriesContext(connection) as queries:
            desk.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
