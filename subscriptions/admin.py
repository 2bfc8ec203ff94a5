from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.admin import ReadOnly, ShownAdmin
from subscriptions import consent, schedule
from subscriptions.edition_desk import ACTS, EditionDesk
from subscriptions.forms import SuppressionForm
from subscriptions.history_desk import HistoryDesk
from subscriptions.import_desk import ExportDesk, ImportDesk
from subscriptions.models import (
    AddressChange,
    BounceEvent,
    ConsentEvent,
    Delivery,
    Edition,
    EditionItem,
    EditorsNote,
    MailDomain,
    SubscriberImport,
    Subscription,
    Suppression,
)
from subscriptions.preview_desk import PreviewDesk


@admin.register(Subscription)
class SubscriptionAdmin(ExportDesk):
    list_display = ["email", "status", "language", "time_zone", "local_time", "next_due_at"]
    list_filter = ["status", "language", "created_at"]
    search_fields = ["email"]
    show_full_result_count = False
    fields = [
        ("email", "status"),
        ("language", "time_zone", "local_time", "weekdays"),
        "rubrics",
        "entities",
        "user",
        ("next_due_at", "covered_until", "asked_at", "created_at"),
        "deliveries_so_far",
    ]
    # Status has its evidence and its slot with it: the actions below change all three.
    readonly_fields = [
        "email",
        "status",
        "next_due_at",
        "covered_until",
        "asked_at",
        "created_at",
        "deliveries_so_far",
    ]
    raw_id_fields = ["user", "entities"]
    filter_horizontal = ["rubrics"]
    actions = ["pause", "resume", "unsubscribe"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # only the owner of an address can agree

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        moved = {"time_zone", "local_time", "weekdays"}.intersection(form.changed_data)
        if obj.next_due_at and moved:
            schedule.reschedule(obj, timezone.now())
        super().save_model(request, obj, form, change)

    @admin.display(description=_("deliveries"))
    def deliveries_so_far(self, subscription: Subscription) -> str:
        return _counts(subscription.deliveries.all())

    @admin.action(description=_("Pause"))
    def pause(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        for subscription in queryset:
            consent.pause(subscription)
            self.log_change(request, subscription, str(subscription.get_status_display()))

    @admin.action(description=_("Go on after a pause"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        for subscription in queryset:
            consent.resume(subscription)
            self.log_change(request, subscription, str(subscription.get_status_display()))

    @admin.action(description=_("Unsubscribe"))
    def unsubscribe(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        for subscription in queryset:
            consent.unsubscribe(subscription, subscription.language, f"admin {request.user}")
            self.log_change(request, subscription, str(subscription.get_status_display()))


@admin.register(SubscriberImport)
class SubscriberImportAdmin(ImportDesk):
    pass


class ItemInline(admin.TabularInline):
    model = EditionItem
    raw_id_fields = ["article"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EditionList(ChangeList):
    """Counts the deliveries of the whole page in one query."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        ids = [edition.pk for edition in self.result_list]
        rows = Delivery.objects.filter(edition__in=ids).values_list("edition", "state")
        counts: dict[int, list[tuple[str, int]]] = {pk: [] for pk in ids}
        for edition_id, state, number in rows.annotate(n=Count("pk")).order_by("state"):
            counts[edition_id].append((state, number))
        for edition in self.result_list:
            edition.counts = counts[edition.pk]


@admin.register(Edition)
class EditionAdmin(EditionDesk, PreviewDesk, HistoryDesk, ReadOnly):
    list_display = ["__str__", "subject", "state", "progress"]
    list_filter = ["state", "language", "cut_at"]
    date_hierarchy = "cut_at"
    ordering = ["-cut_at", "-pk"]
    list_per_page = 20  # all deliveries of those on the page are counted
    inlines = [ItemInline]
    exclude = ["message"]
    actions = ["pause", "resume", "cancel"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        return super().get_queryset(request).defer("message")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EditionList

    @admin.display(description=_("progress"))
    def progress(self, edition: Edition) -> str:
        return _as_words(edition.counts)  # type: ignore[attr-defined]  # by EditionList

    @admin.action(description=_("Pause"), permissions=["send"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Edition]) -> None:
        self._change(request, queryset, "pause")

    @admin.action(description=_("Go on after a pause"), permissions=["send"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Edition]) -> None:
        self._change(request, queryset, "resume")

    @admin.action(description=_("Cancel for good"), permissions=["send"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Edition]) -> None:
        self._change(request, queryset, "cancel")

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.change_edition")

    def _change(self, request: HttpRequest, queryset: QuerySet[Edition], act: str) -> None:
        for edition in queryset:
            self.do(request, edition, ACTS[act])


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["subscription", "local_date", "state", "attempts", "smtp_code", "smtp_message"]
    list_filter = ["state", "local_date"]
    list_select_related = ["subscription"]
    search_fields = ["message_id__exact", "subscription__email__exact"]
    ordering = ["-pk"]
    actions = ["send_again"]

    @admin.action(description=_("Send again, under the same Message-ID"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Kept in the history of each: a second copy is what the digest's promise excludes."""
        chosen = Delivery.objects.filter(pk__in=queryset.values("pk"))
        for delivery in chosen.select_related("subscription"):
            before = delivery.get_state_display()
            words = _("Sent again; it was: %(state)s") % {"state": before}
            if delivery.state in Delivery.LOST:
                self.log_change(request, delivery, words)
        number = chosen.send_again()
        self.message_user(request, _("To be sent again: %(number)s") % {"number": number})

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.change_delivery")


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Added by address, which is not kept. Deleting one lets its owner subscribe again."""

    form = SuppressionForm
    list_display = ["address_hash", "reason", "created_at"]
    list_filter = ["reason"]
    search_fields = ["address_hash__exact"]
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        suppression = consent.suppress(form.cleaned_data["email"], form.cleaned_data["reason"])
        obj.pk, obj.address_hash = suppression.pk, suppression.address_hash


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnly):
    list_display = ["subscription", "action", "language", "origin", "created_at"]
    list_filter = ["action", "created_at"]
    list_select_related = ["subscription"]
    search_fields = ["subscription__email__exact"]


@admin.register(AddressChange)
class AddressChangeAdmin(ReadOnly):
    """Those that can still be confirmed or taken back; after a week they are forgotten."""

    list_display = ["asked_at", "old_email", "new_email", "done_at"]
    list_filter = ["asked_at"]
    search_fields = ["old_email__exact", "new_email__exact"]
    ordering = ["-asked_at", "-pk"]


@admin.register(BounceEvent)
class BounceEventAdmin(ReadOnly):
    list_display = ["happened_at", "kind", "provider", "detail"]
    list_filter = ["kind", "provider"]
    ordering = ["-happened_at"]


@admin.register(MailDomain)
class MailDomainAdmin(ReadOnly):
    list_display = ["name", "refusals", "waits_until"]
    search_fields = ["name"]
    ordering = ["-waits_until", "name"]


@admin.register(EditorsNote)
class EditorsNoteAdmin(ShownAdmin):
    """A note stands on the page of its digest."""

    list_display = ["day", "language", "text"]
    ordering = ["-day", "language"]


def _counts(deliveries: QuerySet[Delivery]) -> str:
    rows = deliveries.order_by("state").values_list("state").annotate(n=Count("pk"))
    return _as_words([(state, number) for state, number in rows])


def _as_words(counts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{Delivery.State(state).label}: {number}" for state, number in counts) or "–"
