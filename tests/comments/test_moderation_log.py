"""The moderation log is only ever added to; PostgreSQL itself sees to it."""

import pytest
from django.db import DatabaseError, transaction

from comments import posting
from comments.models import Comment, ModerationEvent
from comments.moderation import Ruling, decide
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    article, author = make_article(), make_user("vera")
    comment = posting.post(article, author.pk, "Word.")
    decide([comment.pk], "hide", Ruling(make_user("chief", is_superuser=True), "abuse", "Rude."))
    return ModerationEvent.objects.get()


@pytest.mark.parametrize(
    "change",
    [
        {"action": "approve"},
        {"reason": "spam"},
        {"note": "Kind."},
        {"before": {}},
        {"rules": ["x"]},
    ],
)
def test_an_event_can_not_be_rewritten(event, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationEvent.objects.update(**change)


def test_an_event_can_not_be_given_to_somebody_else(event):
    other = make_user()
    for name in ("moderator", "subject"):
        with pytest.raises(DatabaseError), transaction.atomic():
            ModerationEvent.objects.update(**{name: other})


def test_an_event_can_not_be_deleted(event):
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


def test_it_outlives_what_it_names_and_then_forgets_it(event):
    event.subject.delete()
    ModerationEvent.objects.update(note="")
    event.discussion.article.delete()
    event.refresh_from_db()
    assert (event.subject, event.comment, event.discussion, event.note) == (None, None, None, "")
    assert event.moderator.username == "chief"
    assert not Comment.objects.exists()
