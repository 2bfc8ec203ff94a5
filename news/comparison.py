"""What an editor typed beside what is stored: for a save that came too late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.forms import BaseInlineFormSet, ModelForm
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from news.models import Article, ArticleText, AuditEntry

# By what a row is known again that has another number now, or none.
_IDENTITY = {
    "ArticleText": ["language"],
    "Mention": ["entity_id"],
    "Correction": ["kind", "note_en", "note_ru"],
}
# More than Django's formsets take.
_MOST_PARTS = 2_000


@dataclass(frozen=True)
class Difference:
    """One field: what it belongs to, its name, and both contents in words."""

    part: str
    label: str
    stored: str
    typed: str


def differences(form: ModelForm, formsets: Iterable[BaseInlineFormSet]) -> list[Difference]:
    """Where saving `form` with its `formsets` would change what is stored."""
    stored = type(form.instance)._default_manager.get(pk=form.instance.pk)
    found = list(_of_form(form, stored))
    for formset in formsets:
        model: Any = formset.model
        rows = list(model._default_manager.filter(article=stored))
        for part in formset.forms:
            if part.has_changed() or part.instance.pk is None:
                found += _of_part(part, rows)
    return found


def rebase(data: QueryDict, prefix: str, rows: Iterable[Model]) -> QueryDict:
    """A formset's `data` as if it had been opened now, when `rows` are what there is.

    What stands in one of them meanwhile (a text in this language, say) changes that one, and what
    somebody has deleted is a new row: else nobody could save what they typed over it.
    """
    numbers = range(min(_number(data, f"{prefix}-TOTAL_FORMS"), _MOST_PARTS))
    parts = [_fields_of(data, f"{prefix}-{number}-") for number in numbers]
    left = {str(row.pk): row for row in rows}
    for part in parts:
        part["id"] = [_row_of(part, left)]
    parts = [part for part in parts if part["id"] != [""] or "DELETE" not in part]
    parts.sort(key=lambda part: part["id"] == [""])
    rebased = data.copy()
    rebased[f"{prefix}-TOTAL_FORMS"] = str(len(parts))
    rebased[f"{prefix}-INITIAL_FORMS"] = str(sum(part["id"] != [""] for part in parts))
    for number, part in enumerate(parts):
        for name, values in part.items():
            rebased.setlist(f"{prefix}-{number}-{name}", values)
    return rebased


def last_change(article: Article) -> tuple[str, datetime]:
    """Who changed it last, and when; nobody's name where a schedule or an import did."""
    log = AuditEntry.objects.about(article).select_related("by")
    entry = log.order_by("-pk").first()
    if entry is None or entry.by is None or entry.created_at < article.updated_at:
        return "", article.updated_at
    return entry.by.get_username(), entry.created_at


def _number(data: QueryDict, name: str) -> int:
    value = data.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 0


def _fields_of(data: QueryDict, start: str) -> dict[str, list[str]]:
    return {
        name.removeprefix(start): values for name, values in data.lists() if name.startswith(start)
    }


def _row_of(part: dict[str, list[str]], left: dict[str, Model]) -> str:
    """The number of the row that `part` is about, taken out of those that are `left`."""
    said = {name: _plain(values[-1]) for name, values in part.items() if values}
    number = said.get("id", "")
    if number not in left:
        same = (pk for pk, row in left.items() if _is_about(said, row))
        number = next(same, "")
    left.pop(number, None)
    return number


def _is_about(said: dict[str, str], row: Model) -> bool:
    names = _IDENTITY[type(row).__name__]
    return all(
        said.get(name.removesuffix("_id")) == _plain(str(getattr(row, name))) for name in names
    )


def _of_part(form: ModelForm, rows: list[Model]) -> Iterator[Difference]:
    if form.empty_permitted and not form.has_changed():
        return
    typed = form.instance
    if isinstance(typed, ArticleText):
        typed.derive()
    stored = next((row for row in rows if row.pk == typed.pk or _is_same(row, typed)), None)
    if not getattr(form, "cleaned_data", {}).get("DELETE"):
        yield from _of_form(form, stored)
    elif stored:
        yield Difference(_name_of(stored), "", str(stored), _("(to be deleted)"))


def _is_same(row: Model, typed: Model) -> bool:
    names = _IDENTITY[type(row).__name__]
    return all(_plain(getattr(row, name)) == _plain(getattr(typed, name)) for name in names)


def _of_form(form: ModelForm, stored: Model | None) -> Iterator[Difference]:
    hidden = {"version", "form_key", "id", "article", "DELETE"}
    part = "" if isinstance(form.instance, Article) else _name_of(form.instance)
    for name in (name for name in form.fields if name not in hidden):
        old, new = _shown(stored, name) if stored else "", _typed(form, name)
        if old != new and not _follows(form, name, new):
            yield Difference(part, str(form[name].label), old, new)


def _follows(form: ModelForm, name: str, typed: str) -> bool:
    """Whether it was left empty for a transition to fill in, which has been made meanwhile."""
    return name == "published_at" and not typed and form.instance.is_public


def _name_of(row: Model) -> str:
    """Whose text or which other part of an article it is."""
    if isinstance(row, ArticleText):
        return row.get_language_display()
    return str(row._meta.verbose_name)


def _typed(form: ModelForm, name: str) -> str:
    if name in form.cleaned_data:
        return _shown(form.instance, name)
    typed = form[name].data
    parts = typed if isinstance(typed, list) else [typed]
    return str(_plain(" ".join(str(part) for part in parts if part)))


def _shown(row: Model, name: str) -> str:
    """A field's content in words."""
    value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M:%S}"
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else value
    return _plain("" if value is None else str(value))


def _plain(value: Any) -> Any:
    """Line ends as browsers don't send them, and no space that a form would take away."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
