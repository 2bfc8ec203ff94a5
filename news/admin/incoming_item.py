"""What feeds brought, beside what is there already: draft, article, or nothing."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from news import desk_search
from news.incoming import deciding
from news.incoming.alike import most_alike
from news.models import Article, IncomingFeed, IncomingItem, TransitionRefused

from .long_list import LongChangeList, LongList
from .numbers import numbers_of
from .state_filter import StateFilter

_TEMPLATES = "admin/news/incomingitem"


class ItemStateFilter(StateFilter):
    first = IncomingItem.State.WAITING


class FedSourceFilter(admin.RelatedFieldListFilter):
    """Sources that have a feed: asking which have brought something would read all items."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        fed = {"pk__in": IncomingFeed.objects.order_by().values("source")}
        return field.get_choices(include_blank=False, limit_choices_to=fed)


class ItemList(LongChangeList):
    """With what is most like each item, for the whole page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        alike = most_alike(self.result_list)
        for item in self.result_list:
            item.alike = alike.get(item.pk)


@admin.register(IncomingItem)
class IncomingItemAdmin(LongList):
    change_list_template = f"{_TEMPLATES}/change_list.html"
    list_display = ["story", "beside"]
    fields = ["title"]  # there is no form: items are decided on, not changed
    list_display_links = None
    list_filter = [ItemStateFilter, "language", ("source", FedSourceFilter)]
    list_select_related = ["source", "article", "decided_by"]
    list_per_page = 20
    search_fields = ["title"]
    ordering = ["-pk"]
    actions = ["take", "dismiss", "put_back"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a deleted one would come again

    def found(self, rows: QuerySet[IncomingItem], typed: str) -> QuerySet[IncomingItem]:
        return desk_search.items(rows, typed)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ItemList

    @admin.display(description=_("what came"))
    def story(self, item: IncomingItem) -> str:
        return render_to_string(f"{_TEMPLATES}/_story.html", {"item": item})

    @admin.display(description=_("what is there already"))
    def beside(self, item: Any) -> str:
        return render_to_string(f"{_TEMPLATES}/_beside.html", {"item": item, "alike": item.alike})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The buttons of single rows, and the list."""
        if self._act(request):
            return redirect(request.get_full_path())
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """The item in full beside what is most like it. It is decided on, not changed."""
        item = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, item):
            raise PermissionDenied
        if item is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, self.opts, object_id
            )
        if self._act(request):
            return redirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": item.title,
            "item": item,
            "alike": most_alike([item]).get(item.pk),
        }
        return TemplateResponse(request, f"{_TEMPLATES}/change_form.html", context)

    @admin.action(description=_("Take the selected items as drafts"), permissions=["change"])
    def take(self, request: HttpRequest, items: QuerySet[IncomingItem]) -> None:
        self._decide(request, "_take", list(items.order_by("pk").values_list("pk", flat=True)))

    @admin.action(description=_("Dismiss the selected items"), permissions=["change"])
    def dismiss(self, request: HttpRequest, items: QuerySet[IncomingItem]) -> None:
        self._decide(request, "_dismiss", list(items.values_list("pk", flat=True)))

    @admin.action(description=_("Put the selected items back"), permissions=["change"])
    def put_back(self, request: HttpRequest, items: QuerySet[IncomingItem]) -> None:
        self._decide(request, "_put_back", list(items.values_list("pk", flat=True)))

    def _act(self, request: HttpRequest) -> bool:
        """Do what the pressed button says of the items that it names; False where there is none."""
        if request.method != "POST":
            return False
        if not self.has_change_permission(request):
            raise PermissionDenied
        name = next((name for name in _ACTS if name in request.POST), None)
        if name is None:
            return False
        self._decide(request, name, _numbers(request.POST[name]))
        return True

    def _decide(self, request: HttpRequest, name: str, numbers: list[int]) -> None:
        act, words = _ACTS[name]
        if name == "_take" and not request.user.has_perm("news.add_article"):
            raise PermissionDenied
        done: list[IncomingItem] = []
        for item in IncomingItem.objects.filter(pk__in=numbers).order_by("pk"):
            try:
                act(item.pk, request)
            except TransitionRefused as refusal:
                messages.warning(request, f"{item.title}: {refusal}")
                continue
            done.append(item)
        if done:
            self._tell(request, name, done, words(len(done)))

    def _tell(self, request: HttpRequest, name: str, items: list[IncomingItem], words: str) -> None:
        """What was done, the way on, and the button that takes it back."""
        for item in items:
            item.refresh_from_db()
            said = {"fields": [str(item.get_state_display())]}
            self.log_change(request, item, [{"changed": said}])
        if name == "_take":
            for item in items:
                if item.article:
                    self.log_addition(request, item.article, [{"added": {}}])
        context = {"items": items, "words": words, "is_undone": name == "_put_back"}
        messages.success(request, render_to_string(f"{_TEMPLATES}/_done.html", context))


def _merge(number: int, request: HttpRequest) -> Article:
    """Into the article that the pressed button names, or the field beside it."""
    _item, _colon, article = request.POST["_merge"].partition(":")
    named = _numbers(article or request.POST.get("article", ""))
    if not named:
        raise TransitionRefused(_("Which article? Type its number."))
    return deciding.merge(number, named[0], request.user)


_ACTS: dict[str, tuple[Callable[[int, HttpRequest], Any], Callable[[int], str]]] = {
    "_take": (
        lambda number, request: deciding.take(number, request.user),
        lambda n: ngettext("%(n)d draft is made:", "%(n)d drafts are made:", n) % {"n": n},
    ),
    "_merge": (
        _merge,
        lambda n: ngettext("%(n)d item belongs to:", "%(n)d items belong to:", n) % {"n": n},
    ),
    "_dismiss": (
        lambda number, request: deciding.dismiss(number, request.user),
        lambda n: ngettext("%(n)d item is dismissed.", "%(n)d items are dismissed.", n) % {"n": n},
    ),
    "_put_back": (
        lambda number, request: deciding.put_back(number, request.user),
        lambda n: ngettext("%(n)d item waits again.", "%(n)d items wait again.", n) % {"n": n},
    ),
}


def _numbers(text: str) -> list[int]:
    """The numbers of a list such as 3,17."""
    return numbers_of(part.strip() for part in text.partition(":")[0].split(","))
