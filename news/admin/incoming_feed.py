"""Feeds of sources: how each fares, and the switch."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from news.incoming import polling
from news.incoming.forms import IncomingFeedForm
from news.models import IncomingFeed
from news.tasks import poll_feed


class TroubleFilter(admin.SimpleListFilter):
    title = _("health")
    parameter_name = "ill"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("In trouble")), ("no", _("All is well"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return (
            queryset.filter(failures=0) if self.value() == "no" else queryset.filter(failures__gt=0)
        )


@admin.register(IncomingFeed)
class IncomingFeedAdmin(admin.ModelAdmin):
    form = IncomingFeedForm
    change_list_template = "admin/news/incomingfeed/change_list.html"
    change_form_template = "admin/news/incomingfeed/change_form.html"
    list_display = ["name", "row", "items"]
    list_filter = ["is_on", TroubleFilter, ("source", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["source"]
    search_fields = ["url", "source__name_en", "source__name_ru"]
    show_full_result_count = False
    autocomplete_fields = ["source"]
    readonly_fields = ["health", "polled_at", "read_at", "next_time", "failures", "items_got"]
    fieldsets = [
        (None, {"fields": ["source", "url", "language", "rubric", "is_on"]}),
        (_("How it fares"), {"fields": (*readonly_fields,)}),
    ]
    actions = ["read_now", "switch_on", "switch_off"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingFeed]:
        waiting = Count("items", filter=Q(items__state="waiting"))
        return super().get_queryset(request).annotate(waiting=waiting)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    @admin.display(description=_("feed"), ordering="source__name_en")
    def name(self, feed: IncomingFeed) -> str:
        return render_to_string("admin/news/incomingfeed/_name.html", {"feed": feed})

    @admin.display(description=_("health"), ordering="failures")
    def row(self, feed: IncomingFeed) -> str:
        return render_to_string("admin/news/incomingfeed/_row.html", {"feed": feed})

    @admin.display(description=_("health"))
    def health(self, feed: IncomingFeed) -> str:
        return render_to_string("admin/news/incomingfeed/_health.html", {"feed": feed})

    @admin.display(description=_("next time"))
    def next_time(self, feed: IncomingFeed) -> Any:
        return date_format(localtime(feed.next_poll_at), "DATETIME_FORMAT") if feed.is_on else "—"

    @admin.display(description=_("items"), ordering="items_got")
    def items(self, feed: IncomingFeed) -> str:
        return render_to_string("admin/news/incomingfeed/_items.html", {"feed": feed})

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Writes what was typed and no more: a worker may be writing the rest."""
        is_another = bool({"url", "source"} & set(form.changed_data))
        forgotten = obj.forget_answers() if is_another else []
        obj.save(update_fields=[*form.changed_data, *forgotten] if change else None)
        if obj.is_on and (is_another or "is_on" in form.changed_data):
            poll_feed.delay_on_commit(obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_read" not in request.POST:
            return super().response_change(request, obj)
        self.read_now(request, IncomingFeed.objects.filter(pk=obj.pk))
        return redirect(request.get_full_path())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The buttons of single rows, and the list."""
        for name in ("read_now", "switch_on", "switch_off"):
            number = request.POST.get(f"_{name}", "")
            if number.isascii() and number.isdigit():
                if not self.has_change_permission(request):
                    raise PermissionDenied
                getattr(self, name)(request, IncomingFeed.objects.filter(pk=number[:18]))
                return redirect(request.get_full_path())
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    @admin.action(description=_("Read the selected feeds now"), permissions=["change"])
    def read_now(self, request: HttpRequest, feeds: QuerySet[IncomingFeed]) -> None:
        numbers = polling.poll_soon(feeds.order_by())
        for number in numbers:
            poll_feed.delay_on_commit(number)
        if numbers:
            words = ngettext(
                "%(n)d feed is being read. Load this page again in a moment.",
                "%(n)d feeds are being read. Load this page again in a moment.",
                len(numbers),
            )
            messages.success(request, words % {"n": len(numbers)})
        if left := feeds.count() - len(numbers):
            words = ngettext(
                "%(n)d feed is not read now: it is switched off, being read, or its server"
                " has asked us to wait.",
                "%(n)d feeds are not read now: they are switched off, being read, or their"
                " servers have asked us to wait.",
                left,
            )
            messages.warning(request, words % {"n": left})

    @admin.action(description=_("Switch the selected feeds on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, feeds: QuerySet[IncomingFeed]) -> None:
        self._switch(request, feeds, True, _("Switched on: %(feed)s"))

    @admin.action(description=_("Switch the selected feeds off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, feeds: QuerySet[IncomingFeed]) -> None:
        self._switch(request, feeds, False, _("Switched off: %(feed)s"))

    def _switch(
        self, request: HttpRequest, feeds: QuerySet[IncomingFeed], is_on: bool, words: Any
    ) -> None:
        for feed in feeds.exclude(is_on=is_on):
            IncomingFeed.objects.filter(pk=feed.pk).update(is_on=is_on)
            self.log_change(request, feed, [{"changed": {"fields": [str(_("switched on"))]}}])
            messages.success(request, words % {"feed": feed})
