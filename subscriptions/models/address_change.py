from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .subscription import BETWEEN_LETTERS, Subscription


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def pending(self) -> "AddressChangeQuerySet":
        return self.filter(done_at=None)

    def just_asked(self, now: datetime) -> "AddressChangeQuerySet":
        """So lately that no other letter may follow: the form must not serve as a mail bomb."""
        return self.filter(asked_at__gt=now - BETWEEN_LETTERS)

    def owed_letters(self, until: datetime) -> "AddressChangeQuerySet":
        return self.filter(Q(letter_due_at__lte=until) | Q(warning_due_at__lte=until))

    def over(self, now: datetime) -> "AddressChangeQuerySet":
        """Neither to be confirmed nor to be taken back any more."""
        past = now - AddressChange.OPEN_FOR
        return self.filter(Q(done_at=None, asked_at__lte=past) | Q(done_at__lte=past))


class AddressChange(models.Model):
    """A subscription that is to come to another address, once the owner of that one agrees.

    The old address is told at once, and can take it back for a week, before and after.
    """

    OPEN_FOR = timedelta(days=7)

    subscription = models.ForeignKey(
        Subscription,
        models.CASCADE,
        related_name="address_changes",
        verbose_name=_("subscription"),
    )
    old_email = models.EmailField(_("old address"), max_length=254)
    new_email = models.EmailField(_("new address"), max_length=254, db_index=True)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    done_at = models.DateTimeField(_("confirmed at"), null=True)
    # Since when each of the two letters is owed. Rows, so that a lost queue loses none.
    letter_due_at = models.DateTimeField(null=True, editable=False)
    warning_due_at = models.DateTimeField(null=True, editable=False)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"],
                name="one_pending_address_change",
                condition=Q(done_at=None),
            ),
            models.CheckConstraint(
                condition=Q(
                    old_email=models.functions.Lower("old_email"),
                    new_email=models.functions.Lower("new_email"),
                ),
                name="changed_address_normalised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_email} → {self.new_email}"

    @property
    def language(self) -> str:
        """Of its letters and pages."""
        return self.subscription.language
