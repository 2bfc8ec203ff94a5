"""Readers who want to hear of new comments in a discussion."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from comments.models import Discussion, Follow
from news.models import Article


def follow(user_id: int, discussion: Discussion) -> None:
    """From now on: what is there already is no news. Twice is once."""
    seen = discussion.next_seq - 1
    row = Follow(user_id=user_id, discussion=discussion, seen_seq=seen)
    Follow.objects.bulk_create([row], ignore_conflicts=True)


def follow_article(user_id: int, article: Article) -> None:
    discussion, _ = Discussion.objects.get_or_create(article=article)
    follow(user_id, discussion)


def unfollow(user_id: int, article: Article) -> None:
    Follow.objects.filter(user=user_id, discussion=article.pk).delete()


def with_own(discussions: QuerySet[Discussion], user_id: int | None) -> QuerySet[Discussion]:
    """Each with whether `is_followed` by the reader; for visitors nothing. In the same query."""
    if user_id is None:
        return discussions
    own = Follow.objects.filter(user=user_id, discussion=OuterRef("pk"))
    return discussions.annotate(is_followed=Exists(own))


def of(user_id: int) -> QuerySet[Follow]:
    """What a reader follows of what is public, each with its article in their language."""
    articles = Article.objects.published().in_language()
    follows = Follow.objects.filter(
        user=user_id, discussion__article__state=Article.State.PUBLISHED
    )
    return follows.prefetch_related(
        Prefetch("discussion", Discussion.objects.all()), Prefetch("discussion__article", articles)
    )
