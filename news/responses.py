"""What readers write in response to articles: begun, sent in, and answered by the editors.

The response is an article like any other, a draft until it is sent; nothing but an editor's
decision makes it public. What passes between the two stands beside it (`Exchange`).
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from news.models import Article, ArticleQuerySet, ArticleText, Exchange, Source, TransitionRefused
from news.tasks import find_mentions

MOST_DRAFTS = 20
MOST_WAITING = 5
State = Article.State
_SOURCE = "readers"


@dataclass(frozen=True)
class Words:
    """What stands in the form; `key` is the form's own."""

    kind: str
    language: str
    title: str
    lead: str
    body: str
    key: UUID | None = None


def of(reader: Any) -> ArticleQuerySet:
    """All that a reader has written here, with how it fares and what it answers."""
    own: ArticleQuerySet = Article.objects.filter(author=reader.pk, exchange__isnull=False)
    return own.select_related("exchange").prefetch_related("texts", "response_to__texts")


def begun(reader: Any, answered: Article) -> Article | None:
    """What they write about `answered` and have not sent in."""
    return of(reader).filter(response_to=answered, state=State.DRAFT).order_by("-pk").first()


@transaction.atomic
def keep(reader: Any, answered: Article, words: Words, own: Article | None) -> Article:
    """Write down what stands in the form, as a new draft where there is none of `own`.

    Raises TransitionRefused.
    """
    if own is None:
        own = _begin(reader, answered, words)
    own = _locked(own, State.DRAFT)
    # What editors have read stays in its language: they may have translated it.
    language = own.original_language if own.exchange.sent_at else words.language
    own.texts.exclude(language=language).filter(article__exchange__sent_at=None).delete()
    ArticleText.objects.update_or_create(
        article=own,
        language=language,
        defaults={"title": words.title, "lead": words.lead, "body": words.body, "slug": ""},
    )
    own.response_kind, own.original_language = words.kind, language
    own.save(update_fields=["response_kind", "original_language", "updated_at"])
    Article.objects.filter(pk=own.pk).raise_version()
    own.refresh_from_db(fields=["version"])
    return own


def _begin(reader: Any, answered: Article, words: Words) -> Article:
    """Once for each form, however often it is sent."""
    if words.key and (made := of(reader).filter(submission_key=words.key).first()):
        return made
    if of(reader).filter(state=State.DRAFT).count() >= MOST_DRAFTS:
        raise TransitionRefused(_("You have begun so many: send one in, or delete one."))
    own = Article.objects.create(
        rubric_id=answered.rubric_id,
        author=reader,
        response_to=answered,
        response_kind=words.kind,
        original_language=words.language,
        submission_key=words.key,
    )
    Exchange.objects.create(article=own)
    return own


@transaction.atomic
def send(own: Article, reader: Any) -> None:
    """Hand it to the editors, with the writer's consent to its publication.

    Raises TransitionRefused.
    """
    own = _locked(own, State.DRAFT)
    if not Article.objects.published().filter(responses=own).exists():
        raise TransitionRefused(_("What you respond to is not public any more."))
    if of(reader).filter(state=State.IN_REVIEW).count() >= MOST_WAITING:
        raise TransitionRefused(_("Editors read those first that you have sent in already."))
    with override(own.original_language):
        own.rights_holder, own.licence = _("the author"), _("with the author’s consent")
    own.source = _source()
    own.save(update_fields=["source", "rights_holder", "licence", "updated_at"])
    own.submit_for_review(by=reader)
    find_mentions.delay_on_commit(own.pk)
    _note(own, sent_at=timezone.now(), answer="", answered_at=None, answered_by=None)


@transaction.atomic
def take_back(own: Article, reader: Any) -> None:
    """To mend it, before anybody has decided. Raises TransitionRefused."""
    _locked(own, State.IN_REVIEW).return_to_draft(by=reader)


@transaction.atomic
def discard(own: Article) -> None:
    """Delete it. Raises TransitionRefused for what isn't a draft."""
    _locked(own, State.DRAFT).delete()


# What editors decide. Publishing is a transition like any other.


def waiting() -> ArticleQuerySet:
    """What has been sent in and not been decided on."""
    sent: ArticleQuerySet = Article.objects.filter(state=State.IN_REVIEW, exchange__isnull=False)
    return sent.in_language().select_related("exchange", "author", "rubric")


@transaction.atomic
def accept(article: Article, by: Any) -> None:
    """Publish it. Raises TransitionRefused."""
    _locked(article, State.IN_REVIEW).publish(by=by)


@transaction.atomic
def send_back(article: Article, note: str, by: Any) -> None:
    """With what the reader may mend. Raises TransitionRefused."""
    own = _locked(article, State.IN_REVIEW)
    own.return_to_draft(by=by)
    _answer(own, Exchange.Answer.RETURNED, note, by)


@transaction.atomic
def decline(article: Article, reason: str, by: Any) -> None:
    """For good. Raises TransitionRefused."""
    own = _locked(article, State.IN_REVIEW)
    own.bin(by=by)
    _answer(own, Exchange.Answer.DECLINED, reason, by)


def _answer(own: Article, answer: str, note: str, by: Any) -> None:
    _note(own, answer=answer, note=note, answered_at=timezone.now(), answered_by=by)


def _note(own: Article, **columns: Any) -> None:
    Exchange.objects.filter(article=own).update(told="", **columns)


def _locked(own: Article, state: str) -> Article:
    """As it is now, nobody else changing it. Raises TransitionRefused."""
    rows = Article.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("exchange").filter(pk=own.pk, exchange__isnull=False).first()
    if locked is None or locked.state != state:
        raise TransitionRefused(_("It has changed meanwhile: look at how it stands now."))
    return locked


def _source() -> Source:
    """Of all that readers write."""
    names = {"name_en": "Readers", "name_ru": "Читатели"}
    return Source.objects.get_or_create(slug=_SOURCE, defaults=names)[0]
