"""What editors do with what feeds brought. Each act can be undone; a decision is remembered."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models import Article, ArticleText, IncomingItem, TransitionRefused
from news.tasks import find_mentions

State = IncomingItem.State


def take(item_id: int, by: Any) -> Article:
    """Make a draft of an item, with its source and that source's rights.

    Raises TransitionRefused where somebody has decided on it already.
    """
    with transaction.atomic():
        item = _waiting(item_id)
        source = item.source
        article = Article.objects.create(
            rubric=item.rubric,
            source=source,
            source_url=item.link,
            rights_holder=source.rights_holder,
            licence=source.licence,
            licence_url=source.licence_url,
            author=by,
            original_language=item.language,
        )
        ArticleText.objects.create(article=article, is_checked=True, **_text(item))
        article.revisions.record(article, by)
        _decide(item, State.TAKEN, by, article)
        find_mentions.delay_on_commit(article.pk)
    return article


def merge(item_id: int, article_id: int, by: Any) -> Article:
    """Say that an article tells of it already."""
    with transaction.atomic():
        item = _waiting(item_id)
        article = Article.objects.exclude(state=Article.State.BINNED).filter(pk=article_id).first()
        if article is None:
            raise TransitionRefused(_("There is no such article."))
        _decide(item, State.MERGED, by, article)
    return article


def dismiss(item_id: int, by: Any) -> None:
    with transaction.atomic():
        _decide(_waiting(item_id), State.DISMISSED, by)


def put_back(item_id: int, by: Any) -> None:
    """Undo whatever was decided; a draft that was made of it goes into the bin."""
    with transaction.atomic():
        item = IncomingItem.objects.select_for_update(of=("self",)).get(pk=item_id)
        if item.state == State.WAITING:
            raise TransitionRefused(_("It is waiting already."))
        if item.state == State.TAKEN and item.article and item.article.state != "binned":
            item.article.bin(by=by)
        _decide(item, State.WAITING, by)


def _waiting(item_id: int) -> IncomingItem:
    items = IncomingItem.objects.select_for_update(of=("self",)).select_related("source", "rubric")
    item = items.get(pk=item_id)
    if item.state != State.WAITING:
        words = _("Somebody has decided on it already: %(state)s.")
        raise TransitionRefused(words % {"state": item.get_state_display()})
    return item


def _text(item: IncomingItem) -> dict[str, Any]:
    return {
        "language": item.language,
        "title": item.title,
        "lead": item.lead,
        "body": item.body,
        "dateline": item.author,
    }


def _decide(item: IncomingItem, state: State, by: Any, article: Article | None = None) -> None:
    item.state, item.article = state, article
    item.decided_by = by if state != State.WAITING else None
    item.decided_at = timezone.now() if state != State.WAITING else None
    item.save(update_fields=["state", "article", "decided_by", "decided_at"])
