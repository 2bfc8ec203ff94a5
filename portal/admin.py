from typing import Any

import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401 (all register what is registered anew below)
from allauth.account.admin import EmailAddressAdmin as BaseEmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from news.admin import LongList
from news.models import AuditEntry
from portal import deletion, tasks
from portal.models import User

_RIGHTS = ["is_active", "is_staff", "is_superuser", "groups", "user_permissions", "permissions"]


class Rights(admin.ModelAdmin):
    """Whoever changes what others may do, leaves in the log what exactly."""

    def save_related(self, request: HttpRequest, form: Any, *args: Any) -> None:
        super().save_related(request, form, *args)
        words = "; ".join(_changed(form, name) for name in _RIGHTS if name in form.changed_data)
        if words:
            action = AuditEntry.Action.RIGHTS
            AuditEntry.objects.record(request.user, action, form.instance, detail=words)


def _changed(form: Any, name: str) -> str:
    """Staff status: +; Groups: +editor −author."""
    before, after = form.initial.get(name), form.cleaned_data[name]
    if isinstance(after, bool):
        return f"{form.fields[name].label}: {'+' if after else '−'}"
    old, new = set(map(str, before or [])), set(map(str, after))
    signs = [*(f"+{it}" for it in sorted(new - old)), *(f"−{it}" for it in sorted(old - new))]
    return f"{form.fields[name].label}: {', '.join(signs)}"


class BelowSuperusers(admin.ModelAdmin):
    """Nobody but superusers gets at what belongs to one, be it by an address or a session."""

    # The way from a row to the column that says whose it is.
    of_superuser = "user__is_superuser"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if _is_superuser(request) else rows.exclude(**{self.of_superuser: True})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is User and not _is_superuser(request):
            kwargs["queryset"] = User.objects.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


@admin.register(User)
class UserAdmin(LongList, BelowSuperusers, Rights, BaseUserAdmin):
    of_superuser = "is_superuser"
    list_display = ["username", "email", "is_staff", "is_active", "date_joined"]
    search_help_text = _("The beginning of a name, or a whole address.")
    fieldsets = (
        *(BaseUserAdmin.fieldsets or ()),
        (_("Reading"), {"fields": ["language", "time_zone"]}),
    )
    add_fieldsets = (
        (None, {"fields": ["username", "email", "usable_password", "password1", "password2"]}),
    )

    def found(self, rows: QuerySet[User], typed: str) -> QuerySet[User]:
        return rows.filter(pk__in=_people(typed))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        return given if _is_superuser(request) else [*given, "is_superuser"]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """The people alone: what hangs on them is seen to by `portal.deletion`."""
        return [str(user) for user in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        deletion.ask(obj)
        tasks.delete_account.delay_on_commit(obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            self.delete_model(request, user)


def _people(typed: str) -> QuerySet[Any]:
    return User.objects.looked_for(typed).values("pk")


class OfSomebody(LongList, BelowSuperusers):
    """What accounts have; it is found by whose it is."""

    list_select_related = ["user"]
    search_fields = ["user__username"]
    search_help_text = UserAdmin.search_help_text

    def found(self, rows: QuerySet[Any], typed: str) -> QuerySet[Any]:
        return rows.filter(user__in=_people(typed))


class ForgetOnly(OfSomebody):
    """To help somebody who is locked out: an administrator takes away, and gives nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


admin.site.unregister([Authenticator, UserSession, SocialAccount, SocialApp, SocialToken])
admin.site.unregister([EmailAddress, Group])


@admin.register(EmailAddress)
class EmailAddressAdmin(OfSomebody, BaseEmailAddressAdmin):
    def found(self, rows: QuerySet[EmailAddress], typed: str) -> QuerySet[EmailAddress]:
        """Of an account, or an address that is not its first one."""
        named = EmailAddress.objects.filter(email=typed.lower()).values("pk")
        theirs = EmailAddress.objects.filter(user__in=_people(typed)).values("pk")
        return rows.filter(pk__in=named.union(theirs))


@admin.register(Group)
class GroupAdmin(Rights, BaseGroupAdmin):
    pass


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
