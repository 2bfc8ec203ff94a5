"""Forgetting a reader: their votes, and what they wrote and nobody has published.

For `portal.deletion`, before the row of the account goes. Published articles stay, unsigned.
"""

from django.contrib.auth.models import AbstractUser

from news import generations, rating
from news.models import Article, ArticleVote, AuditEntry

_NEVER_OUT = (Article.State.DRAFT, Article.State.IN_REVIEW, Article.State.BINNED)


def forget(user: AbstractUser) -> None:
    for vote in ArticleVote.objects.filter(user=user.pk).select_related("article"):
        rating.rate(vote.article, user.pk, 0)
        generations.bump(generations.of_article(vote.article_id))
    own = Article.objects.filter(author=user.pk)
    unread = own.filter(state__in=_NEVER_OUT, response_to__isnull=False, published_at=None)
    _forget_headlines(user, {str(pk) for pk in unread.values_list("pk", flat=True)})
    unread.delete()
    if own.exists():
        generations.bump(generations.NEWS)


def _forget_headlines(user: AbstractUser, going: set[str]) -> None:
    """The audit log names what they sent in; that of what nobody has published, they take along."""
    log = AuditEntry.objects.filter(kind=Article._meta.label_lower)
    theirs = set(log.filter(by=user.pk).values_list("object_id", flat=True))
    there = Article.objects.filter(pk__in=theirs).values_list("pk", flat=True)
    log.filter(object_id__in=going | (theirs - set(map(str, there)))).erase()
