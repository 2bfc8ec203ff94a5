"""What everybody did: read, searched and taken along by administrators, and changed by nobody."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from news.day import start_of
from news.day_input import DayInput
from news.models import AuditEntry, AuditEntryQuerySet
from news.name_field import NameField
from news.paging import keyset_page
from news.spreadsheets import as_csv

from .read_only import ReadOnly

_ORDER = ("-created_at", "-pk")
_ON_A_PAGE = 50
_FIELDS = ("created_at", "by", "action", "kind", "object_id", "name", "words", "why")
_LIKELY = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


def _kinds() -> list[tuple[str, Any]]:
    models = (model._meta for model in admin.site._registry)
    kinds = [(meta.label_lower, capfirst(meta.verbose_name)) for meta in models]
    return [("", _("all")), *sorted(kinds, key=lambda kind: str(kind[1]))]


class AuditForm(forms.Form):
    """What of the log is shown."""

    who = NameField(label=_("Who"))
    action = forms.ChoiceField(
        label=_("What"), choices=[("", _("all")), *AuditEntry.Action.choices], required=False
    )
    kind = forms.ChoiceField(label=_("To what"), choices=_kinds, required=False)
    number = forms.CharField(label=_("Its number"), required=False, max_length=60)
    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput(), validators=_LIKELY)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput(), validators=_LIKELY)

    def entries(self) -> AuditEntryQuerySet:
        """What fits; a field that can't be understood says so and leaves nothing out."""
        self.full_clean()
        entries = AuditEntry.objects.all()
        for name, value in self.cleaned_data.items():
            if value:
                entries = entries.filter(_FITS[name](value))
        return entries


_FITS = {
    "who": lambda user: Q(by=user),
    "action": lambda action: Q(action=action),
    "kind": lambda kind: Q(kind=kind),
    "number": lambda number: Q(object_id=number),
    "q": lambda q: Q(name__icontains=q) | Q(detail__icontains=q) | Q(why__icontains=q),
    "since": lambda day: Q(created_at__gte=start_of(day)),
    "until": lambda day: Q(created_at__lt=start_of(day + timedelta(days=1))),
}


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly):
    fields = _FIELDS
    readonly_fields = _FIELDS

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export.csv", view, name="news_auditentry_export"), *super().get_urls()]

    @admin.display(description=_("how"))
    def words(self, entry: AuditEntry) -> str:
        return entry.words

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        form = self._form(request)
        entries = form.entries().select_related("by")
        page = keyset_page(entries, _ORDER, request.GET, _ON_A_PAGE)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": capfirst(self.opts.verbose_name_plural),
            "form": form,
            "page": page,
        }
        return TemplateResponse(request, "admin/news/auditentry/change_list.html", context)

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """All that fits the form. The log keeps who took it along."""
        entries = self._form(request).entries().select_related("by").order_by(*_ORDER)
        words = f"{self.opts.verbose_name_plural}: {request.GET.urlencode()}"[:500]
        now, action = timezone.now(), AuditEntry.Action.EXPORT
        AuditEntry.objects.record(request.user, action, AuditEntry(), detail=words)
        return as_csv(f"audit-{now:%Y-%m-%d}.csv", _COLUMNS, _rows(entries, now))

    def _form(self, request: HttpRequest) -> AuditForm:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return AuditForm(request.GET)


_COLUMNS = ["when", "who", "what", "kind", "number", "name", "how", "why"]


def _rows(entries: AuditEntryQuerySet, now: Any) -> Iterator[list[Any]]:
    for entry in entries.filter(created_at__lte=now).iterator(500):
        who = entry.by.get_username() if entry.by else ""
        when = entry.created_at.isoformat(timespec="seconds")
        named = [entry.kind, entry.object_id, entry.name]
        yield [when, who, entry.action, *named, entry.words, entry.why]
