"""Pages of the desk about the digest as a whole: its history, its alarms, and its sender."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.day import day_of
from subscriptions import history, sender_check
from subscriptions.models import Alarm, DigestDay, SenderCheck

CHARTS = {
    "active": _("Subscribers"),
    "joined": _("Joined"),
    "left": _("Left"),
    "sent": _("Letters sent"),
    "failed": _("Letters that failed"),
    "bounced": _("Letters that came back"),
    "complained": _("Complaints"),
}


class SpanForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Days"), coerce=int, choices=[(30, "30"), (90, "90"), (365, "365")], initial=30
    )

    def chosen(self) -> int:
        return int(self.cleaned_data["days"]) if self.is_valid() else 30


class HistoryDesk(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "subscriptions_edition"
        return [
            path("history/", view(self.days_view), name=f"{name}_days"),
            path("sender/", view(self.sender_view), name=f"{name}_sender"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, _troubles() | (extra_context or {}))

    def days_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form, today = SpanForm(request.GET or {"days": 30}), day_of(timezone.now())
        number = form.chosen()
        rows = history.days(number, today)
        charts = [
            history.chart(name, str(title), rows, number, today) for name, title in CHARTS.items()
        ]
        context = self._frame(request, _("History of the digest")) | {
            "form": form,
            "charts": charts,
            "columns": [label_for_field(name, DigestDay) for name in _COLUMNS],
            "rows": [(row.day, [getattr(row, name) for name in _COLUMNS]) for row in rows[::-1]],
        }
        return render(request, "admin/subscriptions/edition/history.html", context)

    def sender_view(self, request: HttpRequest) -> HttpResponse:
        """What was found last; the button looks again."""
        if not request.user.has_perm("subscriptions.change_edition"):
            raise PermissionDenied
        if request.method == "POST":
            sender_check.check()
            return redirect("admin:subscriptions_edition_sender")
        last = SenderCheck.objects.order_by("-pk").first()
        context = self._frame(request, _("Check of the sender")) | {
            "sender": sender_check.sender(),
            "check": last,
            "findings": sender_check.findings_of(last) if last else [],
        }
        return render(request, "admin/subscriptions/edition/sender.html", context)

    def _frame(self, request: HttpRequest, title: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            **_troubles(),
            "opts": self.opts,
            "title": title,
        }


_COLUMNS = ("active", "joined", "left", "sent", "failed", "uncertain", "bounced", "complained")


def _troubles() -> dict[str, Any]:
    """What stands above the pages until somebody has seen to it."""
    return {
        "alarms": list(Alarm.objects.going_on().select_related("edition").order_by("-pk")[:5]),
        "sender_is_good": SenderCheck.is_good(sender_check.sender()),
    }
