from django.db import transaction
from django.db.models import Sum

from news import generations
from news.models import Article, ArticleVote


def rate(article: Article, user_id: int, value: int) -> int:
    """Record a reader's vote, +1 or −1, or take it back with 0. Returns the article's rating.

    The article's row is locked, so that parallel votes of one reader count once and the rating is
    always the sum of its votes.
    """
    if value not in (-1, 0, 1):
        raise ValueError(f"a vote is -1, 0 or 1, not {value}")
    with transaction.atomic():
        locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        if value:
            ArticleVote.objects.update_or_create(
                article=locked, user_id=user_id, defaults={"value": value}
            )
        else:
            ArticleVote.objects.filter(article=locked, user_id=user_id).delete()
        rating = locked.votes.aggregate(sum=Sum("value", default=0))["sum"]
        Article.objects.filter(pk=locked.pk).update(rating=rating)
        generations.bump(generations.of_article(locked.pk))
    return rating
