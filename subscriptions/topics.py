"""What a subscriber follows: the set that tells one edition of a day from another."""

from dataclasses import dataclass

from django.db.models import Q

from news.models import ArticleQuerySet, Mention
from subscriptions.models import Subscription
from subscriptions.models.edition import LONGEST_TOPICS


@dataclass(frozen=True)
class Topics:
    """Rubrics and entities by id; without any, everything."""

    rubrics: tuple[int, ...] = ()
    entities: tuple[int, ...] = ()

    @classmethod
    def of(cls, subscription: Subscription) -> "Topics":
        """Free of queries where `rubrics` and `entities` are prefetched."""
        rubrics = sorted(rubric.pk for rubric in subscription.rubrics.all())
        entities = sorted(entity.pk for entity in subscription.entities.all())
        return cls(tuple(rubrics), tuple(entities))

    @classmethod
    def from_key(cls, key: str) -> "Topics":
        ids: dict[str, list[int]] = {"rubric": [], "entity": []}
        for word in key.split():
            kind, _, pk = word.partition(":")
            ids[kind].append(int(pk))
        return cls(tuple(ids["rubric"]), tuple(ids["entity"]))

    def key(self) -> str:
        """What Edition.topics holds. Whoever follows hundreds of things follows everything."""
        words = [f"rubric:{pk}" for pk in self.rubrics] + [f"entity:{pk}" for pk in self.entities]
        key = " ".join(words)
        return key if len(key) <= LONGEST_TOPICS else ""

    def among(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        if not (self.rubrics or self.entities):
            return articles
        mentioning = Mention.objects.accepted().filter(entity__in=self.entities).values("article")
        return articles.filter(Q(rubric__in=self.rubrics) | Q(pk__in=mentioning))
