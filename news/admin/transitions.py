"""The buttons of an article's form that take it from one state to another."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from news.models import Article, AuditEntry
from news.transitions import TRANSITIONS

# By the name of the transition; a button's own has a `_` before it.
_LABELS: dict[str, Any] = {
    "publish": _("Save and publish now"),
    "schedule": _("Save and schedule"),
    "submit": _("Save and submit for review"),
    "return": _("Save and return to draft"),
    "retract": _("Save and retract"),
    "bin": _("Put into the bin"),
    "restore": _("Restore from the bin"),
}
_OFFERED = {
    Article.State.DRAFT: ["publish", "schedule", "submit", "bin"],
    Article.State.IN_REVIEW: ["publish", "schedule", "return", "bin"],
    Article.State.SCHEDULED: ["publish", "return"],
    Article.State.PUBLISHED: ["retract"],
    Article.State.RETRACTED: [],
    Article.State.BINNED: ["restore"],
}


def buttons(article: Article | None, user: Any) -> list[tuple[str, Any]]:
    """(name, label) of what `user` may do to `article` as it stands."""
    names = _OFFERED[Article.State(article.state) if article else Article.State.DRAFT]
    if article and article.is_awaited_by_its_reader:  # who is answered with a note
        names = [name for name in names if name not in ("return", "bin")]
    return [(f"_{name}", _LABELS[name]) for name in names if TRANSITIONS[name].is_open_to(user)]


def pressed(data: QueryDict) -> dict[str, Any]:
    """The buttons among what was sent, with their labels."""
    return {f"_{name}": label for name, label in _LABELS.items() if f"_{name}" in data}


def why(request: HttpRequest) -> str:
    """What was typed for the author of what goes back."""
    return request.POST.get("why", "").strip()[:1000]


def make(button: str, article: Article, request: HttpRequest) -> None:
    """Do what `button` says. Raises TransitionRefused."""
    name = button.removeprefix("_")
    words = {
        "return": {"why": why(request)},
        "retract": {"reason_en": article.retraction_en, "reason_ru": article.retraction_ru},
    }
    TRANSITIONS[name].make(article, request.user, **words.get(name, {}))


def last_reason(article: Article) -> AuditEntry | None:
    """Its last change of state, if that says why."""
    log = AuditEntry.objects.about(article).filter(action=AuditEntry.Action.STATE)
    last = log.select_related("by").order_by("-pk").first()
    return last if last and last.why else None
