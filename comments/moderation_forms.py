"""What moderators may type."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments import bans, moderation
from comments.models import CommentReport, ModerationEvent, ModerationEventQuerySet
from comments.moderation import OUTCOMES, STATES, Ruling
from news.day_input import DayInput
from news.name_field import NameField

Action, Reason = ModerationEvent.Action, CommentReport.Reason

MOST_AT_ONCE = 100
LONGEST_NOTE = 1000
_FOR_GOOD = timedelta(days=100 * 365)


class KeysField(forms.Field):
    """Primary keys, each sent under the same name."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {
        "required": _("Tick at least one comment."),
        "invalid": _("One of these is no comment."),
        "too_many": _("At most %(n)s at once."),
    }

    def to_python(self, value: Iterable[str] | None) -> list[int]:
        keys = list(dict.fromkeys(value or []))
        if len(keys) > MOST_AT_ONCE:
            message = self.error_messages["too_many"]
            raise forms.ValidationError(message, params={"n": MOST_AT_ONCE})
        if not all(key.isascii() and key.isdigit() and len(key) < 19 for key in keys):
            raise forms.ValidationError(self.error_messages["invalid"])
        return [int(key) for key in keys]


def _choices(actions: Iterable[str]) -> list[tuple[str, Any]]:
    return [(action, Action(action).label) for action in actions]


class ReasonForm(forms.Form):
    """Which rule is broken, and the moderator's own words for the author."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices)
    note = forms.CharField(
        label=_("A word to the author"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is in the mail that tells them, and in the log."),
    )


class DecisionForm(ReasonForm):
    """About one comment or several. Only hiding needs a reason; spam is one."""

    comment = KeysField()
    action = forms.ChoiceField(choices=_choices(OUTCOMES), widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *Reason.choices], required=False
    )

    def clean(self) -> dict[str, Any]:
        action = self.cleaned_data.get("action")
        if action == Action.SPAM:
            self.cleaned_data["reason"] = Reason.SPAM
        elif action != Action.HIDE:
            self.cleaned_data["reason"] = ""
        elif not self.cleaned_data.get("reason") and not self.has_error("reason"):
            self.add_error("reason", _("Say which rule it breaks."))
        return self.cleaned_data

    @property
    def keys(self) -> list[int]:
        keys: list[int] = self.cleaned_data.get("comment", [])
        return keys

    @property
    def wants_a_look(self) -> bool:
        """Several at once are done only by the button under all of them."""
        return len(self.keys) > 1 and "seen" not in self.data

    @property
    def action_label(self) -> str:
        return str(Action(self.cleaned_data["action"]).label)

    def save(self, by: AbstractUser) -> tuple[Ruling, int]:
        """Returns the act and how many comments it was done to. Raises ModerationRefused."""
        ruling = Ruling(by, self.cleaned_data["reason"], self.cleaned_data["note"])
        return ruling, moderation.decide(self.keys, self.cleaned_data["action"], ruling)


class ReaderForm(ReasonForm):
    """What can be done about a reader's account, with one button for each act."""

    ACTS = ("ban", "ban_and_hide", "unban", "hide_all", "warn")

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS], widget=forms.HiddenInput)
    until = forms.DateTimeField(
        label=_("Ban until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: for good. The time is in your time zone."),
    )

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until and not timedelta() < until - timezone.now() < _FOR_GOOD:
            raise forms.ValidationError(_("This must be in the future."))
        return until

    def save(self, user: AbstractUser, by: AbstractUser) -> Ruling:
        """Raises ModerationRefused."""
        act, until = self.cleaned_data["act"], self.cleaned_data["until"]
        reason = "" if act == "unban" else self.cleaned_data["reason"]
        ruling = Ruling(by, reason, self.cleaned_data["note"])
        if act in ("ban", "ban_and_hide"):
            bans.ban(user, ruling, until, hide_comments=act == "ban_and_hide")
        else:
            {"unban": bans.unban, "hide_all": bans.hide_all, "warn": bans.warn}[act](user, ruling)
        return ruling


class StateForm(forms.Form):
    action = forms.ChoiceField(choices=_choices(STATES))


class AppealForm(forms.Form):
    """The author's side."""

    text = forms.CharField(
        label=_("Why you think so, if you like"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AnswerForm(forms.Form):
    """The moderator's side; one of two buttons sends it."""

    is_granted = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes"
    )
    answer = forms.CharField(required=False, max_length=2000)


class LogForm(forms.Form):
    """What of the log is shown."""

    action = forms.ChoiceField(
        label=_("Action"), choices=[("", _("all")), *Action.choices], required=False
    )
    moderator = NameField(label=_("Moderator"))
    subject = NameField(label=_("Author"))
    article = forms.IntegerField(
        label=_("Article, by number"), required=False, min_value=1, max_value=2**63 - 1
    )
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())
    act = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def events(self) -> ModerationEventQuerySet:
        """What fits. An act is one line, unless it is about one author, article or act."""
        self.full_clean()
        events = ModerationEvent.objects.all()
        columns = {
            "action": "action",
            "moderator": "moderator",
            "subject": "subject",
            "article": "discussion",
            "act": "act",
            "since": "created_at__date__gte",
            "until": "created_at__date__lte",
        }
        for name, column in columns.items():
            if value := self.cleaned_data.get(name):
                events = events.filter(**{column: value})
        is_narrow = any(self.cleaned_data.get(name) for name in ("subject", "article", "act"))
        return events if is_narrow else events.firsts()
