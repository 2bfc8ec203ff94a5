from datetime import time
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from news.time_zones import time_zones
from subscriptions import address_change, limits, schedule, signup, tasks
from subscriptions.addresses import AddressField, SubscriberField
from subscriptions.models import Subscription, Suppression
from subscriptions.models.subscription import EVERY_DAY


class SubscribeForm(forms.Form):
    """One field to fill in. The rest is for scripts, robots and the way back."""

    email = SubscriberField(
        label=_("E-mail"),
        help_text=_("One letter a day with what is new. Stop it with one click."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # Nobody sees it, so only a robot fills it in. It gets the same answer as everybody.
    website = forms.Field(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    # A script of the page writes the browser's zone; whatever else comes is no reason to refuse.
    time_zone = forms.Field(required=False, widget=forms.HiddenInput({"data-time-zone": ""}))
    next = forms.Field(required=False, widget=forms.HiddenInput)

    def clean_time_zone(self) -> str:
        value = self.cleaned_data["time_zone"]
        return value if value in time_zones() else settings.TIME_ZONE

    def clean_next(self) -> str:
        value = self.cleaned_data["next"] or ""
        return value if value.startswith("/") and value.isprintable() and len(value) < 500 else ""

    @property
    def is_by_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def save(self, origin: str) -> None:
        """Owe the address a letter, and wake a worker to send it."""
        language = get_language() or settings.LANGUAGE_CODE
        time_zone = self.cleaned_data["time_zone"]
        if not limits.may_write_to(self.cleaned_data["email"]):
            return
        with transaction.atomic():
            pk = signup.ask(self.cleaned_data["email"], language, time_zone, origin)
            if pk:
                # Robust, since a broker that is down must not fail the request: the row counts.
                transaction.on_commit(partial(tasks.send_letter.delay, pk), robust=True)


class PreferencesForm(forms.ModelForm):
    """When the digest comes, in which language, and what about."""

    local_time = forms.TypedChoiceField(label=_("At"), coerce=time.fromisoformat)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose a day at least, or pause the digest below.")},
    )

    class Meta:
        model = Subscription
        fields = ["language", "local_time", "weekdays", "time_zone", "rubrics"]
        widgets = {"rubrics": forms.CheckboxSelectMultiple}
        help_texts = {"rubrics": _("None chosen: all of them.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours, zones = self.fields["local_time"], self.fields["time_zone"]
        assert isinstance(hours, forms.ChoiceField) and isinstance(zones, forms.ChoiceField)
        hours.choices = _hours(self.instance.local_time)
        names = sorted(time_zones() | {self.instance.time_zone})
        zones.choices = [(name, name.replace("_", " ")) for name in names]

    def save(self, commit: bool = True) -> Subscription:
        """Under a lock, so that a planner that is at it now doesn't lose the slot it has set."""
        with transaction.atomic():
            row = Subscription.objects.select_for_update().get(pk=self.instance.pk)
            before = schedule.rule(row)
            for name in ("language", "local_time", "weekdays", "time_zone"):
                setattr(row, name, self.cleaned_data[name])
            if row.next_due_at and schedule.rule(row) != before:
                schedule.reschedule(row, timezone.now())
            row.save()
            row.rubrics.set(self.cleaned_data["rubrics"])
        return row


class AddressForm(forms.Form):
    """Where the digest is to come instead."""

    email = SubscriberField(
        label=_("New address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def __init__(self, subscription: Subscription, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._subscription = subscription

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email == self._subscription.email:
            raise forms.ValidationError(_("The digest comes to this address already."))
        return email

    def save(self) -> None:
        """Owe both addresses a letter, and wake a worker. Raises address_change.TooSoon."""
        with transaction.atomic():
            email = self.cleaned_data["email"]
            change = address_change.ask(self._subscription, email, limits.may_write_to(email))
            send = partial(tasks.send_address_letters.delay, change.pk)
            transaction.on_commit(send, robust=True)


class EraseForm(forms.Form):
    never_again = forms.BooleanField(
        label=_("Never write to this address again, whoever asks for it"),
        required=False,
        help_text=_(
            "For that we keep a fingerprint of the address, from which it can’t be read. Nobody "
            "can subscribe it any more, not even you."
        ),
    )


class SuppressionForm(forms.ModelForm):
    """For the staff: an address that asked, by other ways than ours, to be left alone."""

    email = AddressField(label=_("E-mail"))

    class Meta:
        model = Suppression
        fields = ["email", "reason"]


def _hours(own: time) -> list[tuple[str, str]]:
    """Every full hour, and the subscriber's own time should it lie between two."""
    times = sorted({time(hour) for hour in range(24)} | {own})
    return [(each.isoformat(), each.strftime("%H:%M")) for each in times]


assert list(WEEKDAYS) == EVERY_DAY
