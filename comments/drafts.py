"""What readers have begun to write and not posted yet.

A draft is a row for each reader and place, so that it waits for them on any device. Who is not
logged in (any more) has no rows: what they typed stays in their session until they are.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from comments import spam
from comments.models import Comment, Draft
from news import limits
from news.client_address import client_network
from news.limits import Limit, LimitReached
from news.models import Article

KEPT_FOR = timedelta(days=90)
MOST_OF_ONE_READER = 50
LONGEST = 20_000  # characters, twice what may be posted: who has to shorten it finds it whole

# What stands in a form from before was not typed in the seconds since it was shown.
_TYPED_BEFORE = timedelta(minutes=10)
_IN_SESSION = "unposted_comment"
_UNPOSTED_OF_CLIENT = (30, 3600)  # (count, seconds)


@dataclass(frozen=True)
class Place:
    """Where a comment is written: at the end of the discussion, or under what it answers."""

    article: Article
    parent: Comment | None = None

    @property
    def url(self) -> str:
        """Of the form, and where the form is sent."""
        return Draft(article=self.article, parent=self.parent).url


@dataclass(frozen=True)
class Text:
    """What stands in a form."""

    body: str = ""
    language: str = ""
    submission_key: UUID | None = None
    shown: str = ""  # when the form was shown, as spam.stamp() says it


def save(user_id: int, place: Place, text: Text) -> Draft | None:
    """Keep `text` for its writer; an empty one is none. None if it is posted already."""
    if not text.body.strip():
        discard(user_id, place)
        return None
    if text.submission_key and is_posted(text.submission_key):
        return None
    draft, is_new = Draft.objects.update_or_create(
        user_id=user_id,
        article=place.article,
        parent=place.parent,
        defaults={
            "body": text.body[:LONGEST],
            "language": text.language,
            "submission_key": text.submission_key,
        },
    )
    if is_new:
        _forget_beyond_most(user_id)
    return draft


def of_article(user: AbstractBaseUser | AnonymousUser, article: Article) -> list[Draft]:
    """What `user` has begun to write there, the latest first. One query, for visitors none."""
    if not user.is_authenticated:
        return []
    drafts = Draft.objects.unposted().filter(user=user.pk, article=article)
    return list(drafts.select_related("parent").order_by("-saved_at"))


def of(user_id: int) -> QuerySet[Draft]:
    """All that a reader has begun under what is public, each with its article."""
    articles = Article.objects.published().in_language()
    drafts = Draft.objects.unposted().filter(user=user_id, article__state=Article.State.PUBLISHED)
    return drafts.prefetch_related(Prefetch("article", articles)).select_related("parent")


def at(user: AbstractBaseUser | AnonymousUser, place: Place) -> Draft | None:
    if not user.is_authenticated:
        return None
    drafts = Draft.objects.unposted().filter(user=user.pk, article=place.article)
    return drafts.filter(parent=place.parent).first()


def begun(request: HttpRequest, place: Place, draft: Draft | None) -> Text:
    """What the form at `place` begins with, for somebody who is logged in."""
    if kept := in_session(request, place):
        return kept
    if draft is None:
        return Text()
    return Text(draft.body, draft.language, shown=spam.stamp(_TYPED_BEFORE))


def discard(user_id: int, place: Place) -> None:
    Draft.objects.filter(user=user_id, article=place.article, parent=place.parent).delete()


def is_posted(submission_key: UUID) -> bool:
    return Comment.objects.filter(submission_key=submission_key).exists()


def forget_old() -> int:
    """Delete what nobody has come back to. Returns how many."""
    count, _ = Draft.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()
    return count


def _forget_beyond_most(user_id: int) -> None:
    drafts = Draft.objects.filter(user=user_id).order_by("-saved_at")
    beyond = list(drafts.values_list("pk", flat=True)[MOST_OF_ONE_READER:])
    if beyond:
        Draft.objects.filter(pk__in=beyond).delete()


# Of those who are not logged in.


def keep_in_session(request: HttpRequest, place: Place, text: Text) -> bool:
    """Keep the last thing they tried to post. False where strangers post so much that we don't."""
    try:
        limits.count([Limit(f"unposted:{client_network(request)}", *_UNPOSTED_OF_CLIENT)])
    except LimitReached:
        return False
    request.session[_IN_SESSION] = [place.url, text.body[:LONGEST], text.language]
    return True


def in_session(request: HttpRequest, place: Place) -> Text | None:
    """What they tried to post at `place` before they logged in."""
    kept: Any = request.session.get(_IN_SESSION)
    if not kept or kept[0] != place.url:
        return None
    return Text(kept[1], kept[2], shown=spam.stamp(_TYPED_BEFORE))


def forget_in_session(request: HttpRequest, place: Place) -> None:
    if in_session(request, place):
        del request.session[_IN_SESSION]
