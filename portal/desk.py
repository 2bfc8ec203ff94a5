"""The newsroom: Django's admin as a site of ours. What it shows is registered by the apps."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

import comments.waiting
import news.waiting
import subscriptions.waiting
from news.models import AuditEntry
from news.paging import keyset_page
from news.waiting import Waiting

Action = AuditEntry.Action
_APPS = (news.waiting, comments.waiting, subscriptions.waiting)
_FIRST = ("news", "comments", "subscriptions")


class Recorded(admin.ModelAdmin):
    """What is done here is written into the audit log, instead of into Django's own."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Of a link to an empty form, what its fields can read: Django stumbles over the rest."""
        given = super().get_changeform_initial_data(request)
        return {name: value for name, value in given.items() if self._can_read(name, value)}

    def _can_read(self, name: str, value: Any) -> bool:
        try:
            field = self.opts.get_field(name)
            if isinstance(field, ForeignKey):
                field.target_field.run_validators(field.to_python(value))
        except FieldDoesNotExist:
            return True  # not of the model: of its form, then
        except ValidationError:
            return False
        return True

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        AuditEntry.objects.record(request.user, Action.ADD, obj, detail=message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        AuditEntry.objects.record(request.user, Action.CHANGE, obj, detail=message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        AuditEntry.objects.record(request.user, Action.DELETE, *queryset)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, self.opts, object_id
            )
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        entries = AuditEntry.objects.about(obj).select_related("by")
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("History"),
            "object": obj,
            "page": keyset_page(entries, ("-pk",), request.GET, 50),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


class Desk(admin.AdminSite):
    site_header = site_title = settings.SITE_NAME
    index_title = _("What waits for you")
    index_template = "admin/desk.html"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """By the same door as readers: its rate limits, confirmed addresses, second step."""
        door = secure_admin_login(super().login)
        return door(request, extra_context)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Whatever is registered, by us or by others, is recorded."""
        bases = (admin_class, Recorded) if admin_class else (Recorded,)
        ours = type(bases[0].__name__, bases, {"__module__": bases[0].__module__})
        super().register(model_or_iterable, ours, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        return sorted(super().get_app_list(request, app_label), key=_place)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """By the form of readers, whose owner is told about it."""
        return redirect("account_change_password")

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        lines = waiting_for(request.user)
        return super().index(request, {"waiting": lines} | (extra_context or {}))


def _place(app: dict[str, Any]) -> int:
    """The work of every day first; others follow by name."""
    label = app["app_label"]
    return _FIRST.index(label) if label in _FIRST else len(_FIRST)


def waiting_for(user: Any) -> list[Waiting]:
    """What waits for them, of what they may do: a bounded query for each line, troubles first."""
    lines = [line for app in _APPS for line in app.waiting_for(user)]
    return sorted((line for line in lines if line.is_shown), key=lambda line: not line.is_trouble)
