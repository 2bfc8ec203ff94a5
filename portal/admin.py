from typing import Any

import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401 (all register what is registered anew below)
from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from portal import deletion, tasks
from portal.models import User


def change_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """By the form of readers, whose owner is told about it."""
    return redirect("account_change_password")


# Staff come in by the same door as readers: its rate limits, confirmed addresses, second step.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.password_change = change_password  # type: ignore[method-assign, assignment]
admin.site.site_header = admin.site.site_title = settings.SITE_NAME


@admin.register(User)
class UserAdmin(BaseUserAdmin):
    list_display = ["username", "email", "is_staff", "is_active", "date_joined"]
    show_full_result_count = False
    fieldsets = (
        *(BaseUserAdmin.fieldsets or ()),
        (_("Reading"), {"fields": ["language", "time_zone"]}),
    )
    add_fieldsets = (
        (None, {"fields": ["username", "email", "usable_password", "password1", "password2"]}),
    )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """The people alone: what hangs on them is seen to by `portal.deletion`."""
        return [str(user) for user in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        deletion.ask(obj)
        tasks.delete_account.delay_on_commit(obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            self.delete_model(request, user)


class ForgetOnly(admin.ModelAdmin):
    """To help somebody who is locked out: an administrator takes away, and gives nothing."""

    show_full_result_count = False
    list_select_related = ["user"]
    search_fields = ["user__username__exact", "user__email__exact"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


admin.site.unregister([Authenticator, UserSession, SocialAccount, SocialApp, SocialToken])


@admin.register(Authenticator)
class AuthenticatorAdmin(ForgetOnly):
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    fields = ["user", "type", "created_at", "last_used_at"]


@admin.register(SocialAccount)
class SocialAccountAdmin(ForgetOnly):
    list_display = ["user", "provider", "date_joined", "last_login"]
    list_filter = ["provider"]
    fields = ["user", "provider", "uid", "date_joined", "last_login"]


@admin.register(UserSession)
class UserSessionAdmin(ForgetOnly):
    list_display = ["user", "ip", "created_at"]
    fields = ["user", "ip", "user_agent", "created_at"]

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        obj.end()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[UserSession]) -> None:
        for session in queryset:
            session.end()
