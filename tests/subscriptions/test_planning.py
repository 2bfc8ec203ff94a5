"""The tick finds who is due, and gives each one digest a day, of what is new."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.models import Article
from subscriptions import planning, tasks
from subscriptions.models import Delivery, Edition, Subscription, Suppression, hash_of_address
from tests.factories import make_article, make_rubric, mention
from tests.subscriptions.rows import NOW, SLOT, YESTERDAY, make_news, make_subscription

pytestmark = pytest.mark.django_db


def test_who_is_due_gets_a_delivery_of_the_articles_since_the_last_one() -> None:
    make_article(published_at=YESTERDAY - timedelta(minutes=1))
    [new] = make_news()
    subscription = make_subscription()
    assert planning.plan(NOW) == 1
    delivery = Delivery.objects.get()
    assert (delivery.subscription, delivery.local_date) == (subscription, SLOT.date())
    assert (delivery.edition.since, delivery.edition.cut_at) == (YESTERDAY, SLOT)
    assert [item.article for item in delivery.edition.items.all()] == [new]


def test_the_next_slot_follows_and_the_articles_are_covered() -> None:
    make_news()
    subscription = make_subscription()
    planning.plan(NOW)
    subscription.refresh_from_db()
    assert subscription.next_due_at == SLOT + timedelta(days=1)
    assert subscription.covered_until == SLOT


def test_planning_twice_is_planning_once() -> None:
    make_news()
    make_subscription()
    assert [planning.plan(NOW), planning.plan(NOW), planning.plan(NOW)] == [1, 0, 0]


def test_a_subscriber_made_due_again_gets_no_second_digest_that_day() -> None:
    make_news()
    subscription = make_subscription()
    planning.plan(NOW)
    later = NOW + timedelta(hours=3)
    make_article(published_at=later - timedelta(hours=1))
    Subscription.objects.update(next_due_at=later)
    assert planning.plan(later) == 0
    subscription.refresh_from_db()
    assert subscription.covered_until == SLOT  # so tomorrow's digest has that article
    assert subscription.next_due_at == SLOT + timedelta(days=1)


def test_without_news_there_is_no_delivery_only_the_next_slot() -> None:
    subscription = make_subscription()
    assert planning.plan(NOW) == 0
    assert not Edition.objects.exists()
    subscription.refresh_from_db()
    assert subscription.next_due_at == SLOT + timedelta(days=1)
    assert subscription.covered_until == YESTERDAY


@pytest.mark.parametrize("status", ["pending", "paused", "unsubscribed", "suppressed"])
def test_only_active_subscribers_are_planned(status: str) -> None:
    make_news()
    make_subscription(status=status)
    assert planning.plan(NOW) == 0


def test_a_suppressed_address_is_stopped() -> None:
    make_news()
    subscription = make_subscription()
    address_hash = hash_of_address(subscription.email)
    Suppression.objects.create(address_hash=address_hash, reason="bounce")
    assert planning.plan(NOW) == 0
    assert Subscription.objects.get().status == "suppressed"


@pytest.mark.parametrize(
    ("late", "cut_at"), [(timedelta(hours=5), SLOT), (timedelta(days=3), SLOT + timedelta(days=3))]
)
def test_a_late_tick_catches_up_with_one_digest(late: timedelta, cut_at: datetime) -> None:
    make_news()
    make_subscription()
    assert planning.plan(NOW + late) == 1
    delivery = Delivery.objects.get()
    assert delivery.edition.cut_at == cut_at
    assert delivery.local_date == cut_at.date()
    assert Subscription.objects.get().next_due_at > NOW + late


def test_subscribers_of_the_same_hour_language_and_topics_share_an_edition() -> None:
    make_news(languages=("en", "ru"))
    for language in ("en", "en", "ru"):
        make_subscription(language=language)
    space = make_subscription()
    space.rubrics.add(make_rubric("space"))
    planning.plan(NOW)
    assert Delivery.objects.count() == 4
    assert Edition.objects.count() == 3


def test_who_follows_rubrics_or_entities_gets_only_those() -> None:
    culture = make_article(published_at=SLOT, rubric=make_rubric("culture"))
    about_esa = make_article(published_at=SLOT, rubric=make_rubric("science"))
    make_article(published_at=SLOT, rubric=make_rubric("space"))
    entity = mention(about_esa, "esa").entity
    subscription = make_subscription()
    subscription.rubrics.add(culture.rubric)
    subscription.entities.add(entity)
    planning.plan(NOW)
    chosen = Edition.objects.get().items.values_list("article", flat=True)
    assert set(chosen) == {culture.pk, about_esa.pk}


def test_an_article_scheduled_for_the_hour_of_the_digest_is_in_it() -> None:
    article = make_article(state=Article.State.SCHEDULED, published_at=SLOT)
    make_subscription()
    assert planning.plan(NOW) == 1
    assert Edition.objects.get().items.get().article == article


@pytest.mark.parametrize("state", ["draft", "in_review", "retracted", "binned"])
def test_what_is_not_public_is_in_no_digest(state: str) -> None:
    make_news(state=state)
    make_subscription()
    assert planning.plan(NOW) == 0


def test_the_local_day_is_the_subscribers_own() -> None:
    make_news()
    slot = datetime(2026, 3, 10, 23, tzinfo=ZoneInfo("Pacific/Honolulu"))
    make_subscription(time_zone="Pacific/Honolulu", local_time="23:00", next_due_at=slot)
    planning.plan(slot + timedelta(seconds=20))
    assert Delivery.objects.get().local_date == date(2026, 3, 10)


def test_message_ids_follow_from_subscriber_and_day() -> None:
    make_news()
    make_subscription()
    planning.plan(NOW)
    first = Delivery.objects.get().message_id
    Delivery.objects.all().delete()
    Subscription.objects.update(next_due_at=SLOT, covered_until=YESTERDAY)
    planning.plan(NOW)
    assert Delivery.objects.get().message_id == first


def test_the_number_of_queries_of_a_batch_does_not_grow_with_subscribers() -> None:
    counts = []
    for number in (10, 20):
        Edition.objects.all().delete()
        Subscription.objects.all().delete()
        Article.objects.all().delete()
        make_news()
        for _ in range(number):
            make_subscription()
        with CaptureQueriesContext(connection) as queries:
            planning.plan(NOW)
        counts.append(len(queries))
        assert Delivery.objects.count() == number
    assert counts[0] == counts[1]


def test_many_subscribers_are_planned_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "BATCH", 3)
    make_news()
    for _ in range(10):
        make_subscription()
    assert planning.plan(NOW) == 10


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_give_each_subscriber_one_digest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planning, "BATCH", 5)
    make_news()
    for _ in range(60):
        make_subscription()

    def plan(_: int) -> int:
        try:
            return planning.plan(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(plan, range(4))) == 60
    assert Delivery.objects.count() == 60
    assert Edition.objects.count() == 1


def test_a_tick_wakes_a_sender_for_each_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    make_article(published_at=timezone.now() - timedelta(minutes=5))
    due = timezone.now() - timedelta(minutes=1)
    make_subscription(next_due_at=due, covered_until=due - timedelta(days=1))
    woken = []
    monkeypatch.setattr(tasks.send_edition, "apply_async", lambda args, **how: woken.append(args))
    tasks.tick()
    tasks.tick()
    assert woken == [(Edition.objects.get().pk,)] * 2


def test_a_step_that_fails_keeps_no_other_from_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    make_article(published_at=timezone.now() - timedelta(minutes=5))
    make_subscription(next_due_at=timezone.now(), covered_until=timezone.now() - timedelta(days=1))
    monkeypatch.setattr("subscriptions.reaper.reap", lambda now: 1 / 0)
    monkeypatch.setattr(tasks.send_edition, "apply_async", lambda *args, **how: None)
    tasks.tick()
    assert Delivery.objects.count() == 1
