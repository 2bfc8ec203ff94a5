"""One change made in many articles, and taken back again.

Each is changed or refused for itself. What was there before stays in a row (`BulkChange`), so that
an undo brings it back wherever nobody has changed the article since.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from news import generations
from news.bulk_acts import Act, act_of
from news.models import Article, BulkChange, TransitionRefused

MOST = 200

May = Callable[[Article], bool]


def forecast(act: Act, numbers: Iterable[int], by: Any, may: May) -> BulkChange:
    """What make() would do: it is done, and not kept."""
    with transaction.atomic():
        change = make(act, numbers, by, may)
        transaction.set_rollback(True)
    return change


@transaction.atomic
def make(act: Act, numbers: Iterable[int], by: Any, may: May) -> BulkChange:
    """Change those of the articles that can be; `may` says of which `by` may change at all."""
    done, refused = [], []
    for article in _locked(numbers).values():
        try:
            was = _try(lambda article=article: act.do(article, by), article, may)  # type: ignore[misc]
        except TransitionRefused as refusal:
            refused.append({"article": article.pk, "why": str(refusal)})
        else:
            done.append({"article": article.pk, "version": _version(article), "was": was})
    generations.bump(generations.NEWS)
    return BulkChange.objects.create(
        kind=act.kind,
        choice=act.choice(),
        words=act.words()[:500],
        done=done,
        refused=refused,
        made_by=by,
    )


@transaction.atomic
def undo(number: int, by: Any, may: May) -> BulkChange:
    """Bring back what was there. Raises TransitionRefused where it has been undone already."""
    change = BulkChange.objects.select_for_update().get(pk=number)
    if change.undone_at:
        raise TransitionRefused(_("This has been undone already."))
    act = act_of(change)
    articles = _locked(row["article"] for row in change.done)
    change.kept = []
    for row in change.done:
        try:
            _bring_back(act, articles.get(row["article"]), row, by, may)
        except TransitionRefused as refusal:
            change.kept.append({"article": row["article"], "why": str(refusal)})
    change.undone_at, change.undone_by = timezone.now(), by
    change.save(update_fields=["kept", "undone_at", "undone_by"])
    generations.bump(generations.NEWS)
    return change


def _bring_back(act: Act, article: Article | None, row: dict[str, Any], by: Any, may: May) -> None:
    if article is None:
        raise TransitionRefused(_("It has been deleted."))
    if article.version != row["version"]:
        raise TransitionRefused(_("Somebody has changed it since."))
    _try(lambda: act.undo(article, row["was"], by), article, may)


def _try(act: Callable[[], Any], article: Article, may: May) -> Any:
    """All of it, or nothing."""
    if not may(article):
        raise TransitionRefused(_("You may not change this article."))
    with transaction.atomic():
        return act()


def _locked(numbers: Iterable[int]) -> dict[int, Article]:
    """By number; in the same order for everybody, so that nobody waits in a circle."""
    rows = Article.objects.at_the_desk().filter(pk__in=list(numbers)[:MOST]).order_by("pk")
    locked = rows.select_for_update(no_key=True, of=("self",)).prefetch_related("texts")
    return {article.pk: article for article in locked}


def _version(article: Article) -> int:
    return Article.objects.values_list("version", flat=True).get(pk=article.pk)
