"""Subscribers in and out of the desk, as CSV: imports with their progress, and the export."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models import AuditEntry
from news.spreadsheets import as_csv
from subscriptions import imports, subscriber_file, tasks
from subscriptions.fragments import fragment
from subscriptions.models import ImportLine, SubscriberImport, Subscription
from subscriptions.subscriber_file import ENCODINGS

MOST_BYTES = 100 * 2**20

EXPORTED = ["email", "status", "language", "time_zone", "local_time", "created_at"]


class ImportForm(forms.ModelForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV with a first line that names its columns: email, and if you like language, "
            "time_zone, local_time, agreed (when, of each person)."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    encoding = forms.ChoiceField(label=_("Its letters are written in"), choices=ENCODINGS)

    class Meta:
        model = SubscriberImport
        fields = ["evidence", "language", "time_zone"]

    def clean(self) -> dict[str, Any]:
        """Reads the whole file once, so that what can't be read is said before a row is written."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file, encoding = cleaned.get("file"), cleaned.get("encoding")
        if not (file and encoding):
            return cleaned
        try:
            if file.size > MOST_BYTES:
                raise subscriber_file.Unreadable(_("It is larger than 100 MB. Split it."))
            for _line in subscriber_file.read(file, encoding):
                pass
        except subscriber_file.Unreadable as reason:
            self.add_error("file", str(reason))
        return cleaned


class ImportDesk(admin.ModelAdmin):
    """An import is begun here, and then watched; it can't be changed any more."""

    form = ImportForm
    change_form_template = "admin/subscriptions/subscriberimport/change_form.html"
    list_display = ["file_name", "by", "created_at", "finished_at", "total", "imported"]
    ordering = ["-pk"]
    fields = ["file", "encoding", "evidence", "language", "time_zone"]
    told = ["file_name", "by", "evidence", "language", "time_zone", "created_at", "finished_at"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.told if obj else self.fields

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Without the file, which an import that was begun has no more."""
        if obj:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"language": request.LANGUAGE_CODE}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: SubscriberImport, form: Any, change: bool
    ) -> None:
        obj.by_id, obj.file_name = request.user.pk, form.cleaned_data["file"].name[:200]
        imports.begin(obj, form.cleaned_data["file"], form.cleaned_data["encoding"])
        tasks.import_subscribers.delay_on_commit(obj.pk)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return redirect("admin:subscriptions_subscriberimport_change", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, "subscriptions_subscriberimport"
        progress = fragment(self.admin_site, self.progress_view)
        return [
            path("<int:pk>/progress/", progress, name=f"{name}_progress"),
            path("<int:pk>/refused.csv", view(self.refused_view), name=f"{name}_refused"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if kwargs.get("obj"):
            context |= _progress(kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = _progress(self._import(request, pk))
        return render(request, "admin/subscriptions/subscriberimport/_progress.html", context)

    def refused_view(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        refused = self._import(request, pk).lines.refused().order_by("number")
        rows = (
            [line.number, line.email, line.get_outcome_display(), line.problem]
            for line in refused.iterator()
        )
        head = [_("line"), "email", _("why"), _("more")]
        return as_csv(f"refused-{pk}.csv", head, rows)

    def _import(self, request: HttpRequest, pk: int) -> SubscriberImport:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(SubscriberImport, pk=pk)


class ExportDesk(admin.ModelAdmin):
    """The button above the list of subscribers."""

    change_list_template = "admin/subscriptions/subscription/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        name = "subscriptions_subscription_export"
        return [path("export.csv", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        more = {"may_export": self.has_export_permission(request), **(extra_context or {})}
        return super().changelist_view(request, more)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.export_subscription")

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """All of them, a few hundred at a time. The log keeps who took them along."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        words, action = str(_("All subscribers, as CSV")), AuditEntry.Action.EXPORT
        AuditEntry.objects.record(request.user, action, Subscription(), detail=words)
        rows = Subscription.objects.order_by("pk").values_list(*EXPORTED).iterator(500)
        return as_csv(f"subscribers-{timezone.now():%Y-%m-%d}.csv", EXPORTED, rows)


def _progress(source: SubscriberImport) -> dict[str, Any]:
    counted = source.lines.refused().order_by("outcome").values_list("outcome")
    refused = [(ImportLine.Outcome(it).label, n) for it, n in counted.annotate(n=Count("pk"))]
    number = sum(n for _label, n in refused)
    return {
        "source": source,
        "moves": source.finished_at is None,
        "decided": source.imported + number if source.finished_at is None else source.total,
        "refused": refused,
        "refused_number": number,
    }
