"""What has changed between two revisions of an article, and going back to one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from news import generations
from news.models import (
    Article,
    ArticleRevision,
    ArticleText,
    Correction,
    Image,
    Rubric,
    Source,
    TransitionRefused,
)
from news.models.audit import Actor
from news.models.revision import OF_TEXT, RESTORED, Content
from news.tasks import find_mentions
from news.word_difference import SAME, Piece, word_difference

_NAMED: dict[str, type[Model]] = {"rubric_id": Rubric, "source_id": Source, "image_id": Image}
_TIMES = {"embargo_until"}


@dataclass(frozen=True)
class Change:
    """One field that two revisions differ in: whose text it is of, its name, its words."""

    part: str
    label: str
    pieces: list[Piece]


def differences(old: Content, new: Content) -> list[Change]:
    """From `old` to `new`, field by field. At most a query for each thing that has a name."""
    names = {_name_of(code): code for code, _own in settings.LANGUAGES}
    changes = [
        *_changes("", Article, old["article"], new["article"]),
        *(
            change
            for name, code in names.items()
            for change in _of_texts(name, old["texts"].get(code, {}), new["texts"].get(code, {}))
        ),
        _of_corrections(old["corrections"], new["corrections"]),
    ]
    return [change for change in changes if any(piece.kind != SAME for piece in change.pieces)]


def source_changes(article: Article, translation: ArticleText) -> list[Change]:
    """What has changed in the original since `translation` was made of it.

    Nothing where no revision holds what it said then.
    """
    language, original = article.original_language, article.original()
    revisions = article.revisions.all()
    then = revisions.text_with(language, translation.source_fingerprint)
    if then is None or original is None:
        return []
    now = {name: getattr(original, name) for name in ("title", "lead", "body")}
    return list(_changes("", ArticleText, then, now))


@transaction.atomic
def restore(article: Article, revision: ArticleRevision, by: Actor) -> None:
    """Bring back the words, the rights and the picture of `revision`, as a revision of its own.

    State and hour stay, and so does a text in a language that the revision has none in. Raises
    TransitionRefused where what is out would be left without what it was let out with.
    """
    revisions = article.revisions.all()
    with revisions.around_change(article, by, restored_from=revision.saved_at):
        content = revisions.content_at(revision.pk)
        assert content is not None  # an article's first revision always holds it
        _write_texts(article, content["texts"])
        _write_own(article, content["article"])
    find_mentions.delay_on_commit(article.pk)
    if article.is_public:
        generations.bump(generations.NEWS)


def _write_texts(article: Article, texts: dict[str, dict[str, Any]]) -> None:
    for language, fields in texts.items():
        ArticleText.objects.update_or_create(article=article, language=language, defaults=fields)


def _write_own(article: Article, own: dict[str, Any]) -> None:
    for name in RESTORED:
        if name not in _NAMED or _is_there(name, own[name]):
            setattr(article, name, own[name])
    stored = Article.objects.prefetch_related("texts").get(pk=article.pk)
    article._prefetched_objects_cache = stored._prefetched_objects_cache  # type: ignore[attr-defined]
    if article.must_be_complete and (missing := article.missing_for_publication()):
        raise TransitionRefused(
            _("A published article can’t go without: %(things)s.") % {"things": ", ".join(missing)}
        )
    article.save()


def _is_there(name: str, pk: int | None) -> bool:
    """Whether it still exists; what has been deleted since stays as the article has it now."""
    return pk is None or _NAMED[name]._default_manager.filter(pk=pk).exists()


def _of_texts(language: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    yield from _changes(language, ArticleText, _pick(old), _pick(new))


def _pick(text: dict[str, Any]) -> dict[str, Any]:
    return {name: text.get(name, "") for name in OF_TEXT}


def _changes(
    part: str, model: type[Model], old: dict[str, Any], new: dict[str, Any]
) -> Iterator[Change]:
    for name in (name for name in new if old.get(name) != new[name]):
        label = str(getattr(model._meta.get_field(name), "verbose_name", name))
        before, after = _words(model, name, old.get(name)), _words(model, name, new[name])
        pieces = word_difference(before, after, is_html=name == "body")
        yield Change(part, label, pieces)


def _words(model: type[Model], name: str, value: Any) -> str:
    """A field's content as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _NAMED:
        row = _NAMED[name]._default_manager.filter(pk=value).first()
        return str(row or f"#{value}")
    if name in _TIMES:
        return f"{localtime(parse_datetime(value)):%Y-%m-%d %H:%M}"
    field: Any = model._meta.get_field(name)
    return str(dict(field.flatchoices).get(value, value))


def _of_corrections(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Change:
    before, after = ("\n".join(map(_correction, rows)) for rows in (old, new))
    label = str(Correction._meta.verbose_name_plural)
    return Change("", label, word_difference(before, after))


def _correction(row: dict[str, Any]) -> str:
    return f"{Correction.Kind(row['kind']).label}: {row['note_en']} / {row['note_ru']}"


def _name_of(language: str) -> str:
    return str(dict(settings.LANGUAGES)[language])
