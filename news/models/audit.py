import json
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Actor = AbstractBaseUser | AnonymousUser | None


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def record(
        self,
        by: Actor,
        action: str,
        *objects: models.Model,
        detail: str | list[Any] = "",
        why: str = "",
    ) -> list["AuditEntry"]:
        """Write down that somebody, or nobody where the hour did it, has done this to `objects`.

        `detail` is words, or what Django's forms tell of their changes.
        """
        entries = [
            AuditEntry(
                by_id=by.pk if by else None,
                is_automatic=by is None,
                action=action,
                kind=obj._meta.label_lower,
                object_id=str(obj.pk or ""),
                name=str(obj)[:250] if obj.pk else "",
                detail=json.dumps(detail) if isinstance(detail, list) else detail,
                why=why,
            )
            for obj in objects
        ]
        return list(AuditEntry.objects.bulk_create(entries))

    def about(self, obj: models.Model) -> "AuditEntryQuerySet":
        return self.filter(kind=obj._meta.label_lower, object_id=str(obj.pk))

    def erase(self) -> None:
        """Forget what these call people, and what was said of them; what was done stays."""
        self.update(name="", detail="", why="")


class AuditEntry(models.Model):
    """What somebody of the staff did: to what, when, and why where they said so.

    Only ever added: the database refuses to change or delete one (migration 0004), except that a
    person is forgotten. The article that it names may be gone, hence no foreign key.
    """

    class Action(models.TextChoices):
        ADD = "add", pgettext_lazy("audit log", "Added")
        CHANGE = "change", pgettext_lazy("audit log", "Changed")
        DELETE = "delete", pgettext_lazy("audit log", "Deleted")
        STATE = "state", _("Another state")
        MODERATE = "moderate", _("Moderated")
        RIGHTS = "rights", _("Rights")
        EXPORT = "export", _("Exported")

    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        db_index=False,
    )
    # Nobody did it but a schedule; else nobody stands for an account that is deleted.
    is_automatic = models.BooleanField(_("by itself"), default=False)
    action = models.CharField(_("what was done"), max_length=10, choices=Action.choices)
    # The label of the model, "news.article", and the number and name of the row.
    kind = models.CharField(_("to what"), max_length=60)
    object_id = models.CharField(_("its number"), max_length=60, blank=True)
    name = models.CharField(_("its name"), max_length=250, blank=True)
    detail = models.TextField(_("how"), blank=True)
    why = models.TextField(_("why"), blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="audit_newest"),
            models.Index(fields=["by", "-created_at", "-id"], name="audit_by"),
            models.Index(fields=["kind", "-created_at", "-id"], name="audit_of_kind"),
            models.Index(fields=["kind", "object_id"], name="audit_about"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.name}: {self.words}"

    @property
    def words(self) -> str:
        """What was done in detail, in the reader's language where that can be told."""
        if self.action == self.Action.STATE:
            states = apps.get_model(self.kind).State
            return " → ".join(str(states(name).label) for name in self.detail.split())
        return str(LogEntry(change_message=self.detail).get_change_message())

    @property
    def desk_url(self) -> str:
        """Where the desk shows what it names; nothing where it doesn't."""
        try:
            name = f"admin:{self.kind.replace('.', '_')}_change"
            return reverse(name, args=[quote(self.object_id)]) if self.is_there else ""
        except NoReverseMatch:
            return ""

    @property
    def is_there(self) -> bool:
        """As far as this entry knows."""
        return bool(self.object_id) and self.action != self.Action.DELETE

    @property
    def kind_name(self) -> str:
        """As people call it; the label where there is no such thing any more."""
        try:
            return str(apps.get_model(self.kind)._meta.verbose_name)
        except LookupError:
            return self.kind
