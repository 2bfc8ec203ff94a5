"""What can be done to many articles at once: each act knows how to do and to undo itself.

What `do()` returns is what `undo()` needs, in JSON's types. Both raise TransitionRefused.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from news.models import (
    Article,
    BulkChange,
    Entity,
    Image,
    Mention,
    Rubric,
    Source,
    TransitionRefused,
)
from news.transitions import TRANSITIONS

Kind = BulkChange.Kind
State = Article.State
_NAMED: dict[str, Any] = {"rubric_id": Rubric, "source_id": Source}


class Act(Protocol):
    @property
    def kind(self) -> str: ...

    def choice(self) -> dict[str, Any]: ...

    def words(self) -> str: ...

    def do(self, article: Article, by: Any) -> Any: ...

    def undo(self, article: Article, was: Any, by: Any) -> None: ...


# What is offered for many of news.transitions: a retraction says why, for each.
LABELS: dict[str, str | Promise] = {
    "submit": gettext_lazy("Submit for review"),
    "return": gettext_lazy("Return to draft"),
    "schedule": gettext_lazy("Schedule, each for its own hour"),
    "publish": pgettext_lazy("an act", "Publish now"),
    "bin": gettext_lazy("Put into the bin"),
    "restore": gettext_lazy("Restore from the bin"),
}
# By which transitions one comes back. Nothing that is out comes back in silence.
_BACK: dict[tuple[str, str], list[str]] = {
    (State.DRAFT, State.IN_REVIEW): ["return"],
    (State.IN_REVIEW, State.DRAFT): ["submit"],
    (State.SCHEDULED, State.DRAFT): ["schedule"],
    (State.DRAFT, State.SCHEDULED): ["return"],
    (State.IN_REVIEW, State.SCHEDULED): ["return", "submit"],
    (State.DRAFT, State.BINNED): ["restore"],
    (State.IN_REVIEW, State.BINNED): ["restore", "submit"],
    (State.BINNED, State.DRAFT): ["bin"],
}


@dataclass(frozen=True)
class StateChange:
    transition: str
    kind = Kind.STATE

    def choice(self) -> dict[str, Any]:
        return {"transition": self.transition}

    def words(self) -> str:
        return str(LABELS[self.transition])

    def do(self, article: Article, by: Any) -> str:
        was = article.state
        if article.is_awaited_by_its_reader and self.transition in ("return", "bin"):
            raise TransitionRefused(_("A reader’s response is answered on its own page."))
        TRANSITIONS[self.transition].make(article, by)
        return was

    def undo(self, article: Article, was: str, by: Any) -> None:
        way = _BACK.get((was, article.state))
        if way is None:
            raise TransitionRefused(_("What is out can only be retracted."))
        for transition in way:
            TRANSITIONS[transition].make(article, by)


@dataclass(frozen=True)
class RubricChange:
    rubric: Rubric
    kind = Kind.RUBRIC

    def choice(self) -> dict[str, Any]:
        return {"rubric": self.rubric.pk}

    def words(self) -> str:
        return _("Rubric: %(rubric)s") % {"rubric": self.rubric}

    def do(self, article: Article, by: Any) -> dict[str, Any]:
        wanted = {"rubric_id": self.rubric.pk}
        if not (was := _unlike(article, wanted)):
            raise _same()
        _write(article, wanted, by)
        return was

    def undo(self, article: Article, was: dict[str, Any], by: Any) -> None:
        _write(article, was, by)


@dataclass(frozen=True)
class MentionChange:
    entity: Entity
    adds: bool
    kind = Kind.MENTION

    def choice(self) -> dict[str, Any]:
        return {"entity": self.entity.pk, "adds": self.adds}

    def words(self) -> str:
        words = _("Mentions: %(entity)s") if self.adds else _("Does not mention: %(entity)s")
        return words % {"entity": self.entity}

    def do(self, article: Article, by: Any) -> str | None:
        """Its state before, None where there was none. What is removed isn't proposed again."""
        mention = article.mentions.filter(entity=self.entity).first()
        wanted = Mention.State.ACCEPTED if self.adds else Mention.State.REFUSED
        if (mention.state if mention else Mention.State.REFUSED) == wanted:
            raise _same()
        self._decide(article, wanted, by)
        return mention.state if mention else None

    def undo(self, article: Article, was: str | None, by: Any) -> None:
        self._decide(article, was, by)

    def _decide(self, article: Article, state: str | None, by: Any) -> None:
        if state is None:
            article.mentions.filter(entity=self.entity).delete()
        else:
            article.mentions.update_or_create(entity=self.entity, defaults={"state": state})
        _write(article, {}, by)


@dataclass(frozen=True)
class RightsChange:
    """`values` of an article's columns, and `credit` of its picture; what is left out stays."""

    values: dict[str, Any]
    credit: str
    said: str
    kind = Kind.RIGHTS

    def choice(self) -> dict[str, Any]:
        return {"values": self.values, "credit": self.credit, "said": self.said}

    def words(self) -> str:
        return self.said

    def do(self, article: Article, by: Any) -> dict[str, Any]:
        was = _unlike(article, self.values)
        picture = Image.objects.filter(articles=article) if self.credit else Image.objects.none()
        credit = picture.exclude(credit=self.credit).values_list("credit", flat=True).first()
        if not was and credit is None:
            raise _same() if self.values or picture else TransitionRefused(_("It has no picture."))
        picture.update(credit=self.credit)
        _write(article, self.values, by)
        return {"values": was, "image": article.image_id, "credit": credit}

    def undo(self, article: Article, was: dict[str, Any], by: Any) -> None:
        if was["credit"] is not None:
            picture = Image.objects.filter(pk=was["image"], credit=self.credit)
            if not picture.update(credit=was["credit"]):
                raise TransitionRefused(_("Somebody has changed its picture since."))
        _write(article, was["values"], by)


def _unlike(article: Article, wanted: dict[str, Any]) -> dict[str, Any]:
    """What stands where something else is wanted."""
    before = {name: getattr(article, name) for name in wanted}
    return {name: value for name, value in before.items() if value != wanted[name]}


def _write(article: Article, values: dict[str, Any], by: Any) -> None:
    """Set its own columns, between two revisions; open forms hear of it by the version."""
    with article.revisions.around_change(article, by):
        for name, value in values.items():
            if name in _NAMED and value and not _NAMED[name].objects.filter(pk=value).exists():
                raise TransitionRefused(_("What it had before has been deleted."))
            setattr(article, name, value)
        article.save(update_fields=[*values, "updated_at"])


def _same() -> TransitionRefused:
    return TransitionRefused(_("It is like that already."))


def act_of(change: BulkChange) -> Act:
    """The act that made it. Raises TransitionRefused where what was chosen is there no more."""
    choice = change.choice
    if change.kind == Kind.STATE:
        return StateChange(**choice)
    if change.kind == Kind.RIGHTS:
        return RightsChange(**choice)
    model: Any = Rubric if change.kind == Kind.RUBRIC else Entity
    name = "rubric" if change.kind == Kind.RUBRIC else "entity"
    row = model.objects.filter(pk=choice[name]).first()
    if row is None:
        raise TransitionRefused(_("What was chosen has been deleted."))
    return RubricChange(row) if change.kind == Kind.RUBRIC else MentionChange(row, choice["adds"])
