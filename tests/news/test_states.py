"""From draft to tombstone: which transitions there are, and what they demand."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from news.models import Article, Image, TransitionRefused
from news.publishing import publish_due
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db

TRANSITIONS = {
    "submit_for_review": ({"draft"}, "in_review"),
    "return_to_draft": ({"in_review", "scheduled"}, "draft"),
    "schedule": ({"draft", "in_review"}, "scheduled"),
    "publish": ({"draft", "in_review", "scheduled"}, "published"),
    "retract": ({"published"}, "retracted"),
    "bin": ({"draft", "in_review"}, "binned"),
    "restore": ({"binned"}, "draft"),
}


def tomorrow():
    return timezone.now() + timedelta(days=1)


@pytest.mark.parametrize("state", Article.State.values)
@pytest.mark.parametrize("name", TRANSITIONS)
def test_every_transition_is_made_or_refused_as_designed(name, state):
    article = make_article(state=state, published_at=tomorrow())
    allowed_from, target = TRANSITIONS[name]
    arguments = ("Wrong.", "Неверно.") if name == "retract" else ()
    if state in allowed_from:
        getattr(article, name)(*arguments)
        expected = target
    else:
        with pytest.raises(TransitionRefused):
            getattr(article, name)(*arguments)
        expected = state
    assert article.state == Article.objects.get().state == expected


@pytest.mark.parametrize("field", ["rights_holder", "licence"])
def test_publishing_without_rights_is_refused_and_says_what_is_missing(field):
    article = make_article(state="draft", **{field: ""})
    with pytest.raises(TransitionRefused, match=r"rights holder|licence"):
        article.publish()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.update(state="published", published_at=timezone.now())


def test_publishing_demands_what_describes_and_credits_a_picture():
    article = make_article(state="draft", image=make_image(credit="", alt_en="", alt_ru=""))
    with pytest.raises(TransitionRefused, match=r"description of the picture.*credit"):
        article.publish()


def test_a_retraction_says_why_in_both_languages():
    with pytest.raises(TransitionRefused):
        make_article().retract("Wrong.", "")


def test_scheduling_into_the_past_is_refused():
    article = make_article(state="draft", published_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(TransitionRefused):
        article.schedule()


def test_of_two_editors_one_wins():
    article = make_article(state="draft")
    other = Article.objects.get()
    article.publish()
    with pytest.raises(TransitionRefused, match="Somebody else"):
        other.bin()


def test_what_is_scheduled_comes_out_at_its_hour_and_not_before(client):
    article = make_article("On time", state="scheduled", published_at=tomorrow())
    assert publish_due() == 0
    assert publish_due(tomorrow()) == 1
    assert publish_due(tomorrow()) == 0
    assert "On time" in client.get("/en/").content.decode()
    assert Article.objects.get().published_at == article.published_at


def test_an_embargo_beats_the_schedule():
    make_article(state="scheduled", published_at=timezone.now(), embargo_until=tomorrow())
    assert publish_due() == 0
    assert publish_due(tomorrow() + timedelta(minutes=1)) == 1


def test_what_cannot_be_published_delays_nothing_and_is_told_at_the_desk(anna):
    bare = {"state": "scheduled", "published_at": timezone.now(), "image": make_image(credit="")}
    for _ in range(120):
        make_article(**bare)
    good = make_article("Good", state="scheduled", published_at=tomorrow())
    while publish_due(tomorrow()):
        pass
    good.refresh_from_db()
    assert (good.state, Article.objects.stuck().count()) == ("published", 120)
    [line] = [line for line in anna.get("/admin/").context["waiting"] if line.is_trouble]
    assert (line.label, line.is_more) == ("Not published at their hour", True)
    assert anna.get(line.url).context["cl"].result_list[0].state == "scheduled"


def test_what_could_not_be_published_comes_out_once_it_is_mended(anna):
    picture = make_image(credit="")
    article = make_article(state="scheduled", published_at=tomorrow(), image=picture)
    publish_due(tomorrow())
    page = anna.get(f"/admin/news/article/{article.pk}/change/").content.decode()
    assert "it could not be published" in page
    Image.objects.update(credit="Somebody")
    assert publish_due(tomorrow()) == 0
    assert publish_due(tomorrow() + timedelta(minutes=11)) == 1
    assert Article.objects.get().stuck_at is None
    again = make_article(state="scheduled", published_at=tomorrow(), stuck_at=tomorrow())
    Article.objects.filter(pk=again.pk).raise_version()
    assert publish_due(tomorrow()) == 1
