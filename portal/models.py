from collections.abc import Iterable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.core.validators import MinLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from news.time_zones import site_time_zone, validate_time_zone
from portal import names
from portal.names import Skeleton, skeleton


class UserManager(BaseUserManager["User"]):
    def named_like(self, name: str) -> models.QuerySet["User"]:
        """Whoever has a name that looks like this one: nobody or one person."""
        return self.alias(skeleton=Skeleton("username")).filter(skeleton=skeleton(name))

    def looked_for(self, typed: str) -> models.QuerySet["User"]:
        """By the beginning of a name, a whole one or one that looks like it, or an address.

        Indexes answer: one of names compares letter by letter, so that cases are tried.
        """
        found = models.Q(skeleton=skeleton(typed)) | models.Q(email=typed.lower())
        for beginning in {typed, typed.lower(), typed.capitalize()}:
            found |= models.Q(username__startswith=beginning)
        return self.alias(skeleton=Skeleton("username")).filter(found)

    def named(self, names: Iterable[str]) -> list["User"]:
        """Whoever has one of these names, in any case. One query by an index."""
        small = {name.lower() for name in names}
        like = self.alias(skeleton=Skeleton("username")).filter(skeleton__in=map(skeleton, small))
        return [user for user in like if user.username.lower() in small]

    def get_by_natural_key(self, username: str | None) -> "User":
        """People type their name in any case; `Vera` and `vera` are the same person."""
        user = self.named_like(username or "").get()
        if user.username.lower() != (username or "").lower():
            raise User.DoesNotExist
        return user


class User(AbstractUser):
    """A person with an account: reader, author, editor, moderator or administrator.

    `username` is the public name under comments; `email` is only ever seen by its owner and staff.
    """

    username = models.CharField(
        pgettext_lazy("of a person", "name"),
        max_length=names.LONGEST,
        unique=True,
        validators=[MinLengthValidator(names.SHORTEST), names.validate_name],
        error_messages={"unique": _("This name is taken.")},
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default=site_time_zone,
        validators=[validate_time_zone],
        help_text=_("An IANA name such as Europe/Riga."),
    )
    has_auto_follow = models.BooleanField(
        _("Follow the discussions that I write in"), default=False
    )

    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Skeleton("username"),
                name="user_name_like_nobody_elses",
                violation_error_message=_("This name is taken, or looks like one that is."),
            ),
            models.UniqueConstraint(
                fields=["email"],
                name="user_email_once",
                condition=~models.Q(email=""),
                violation_error_message=_("This address has an account already."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Letter(models.Model):
    """A letter about an account that has not left yet; its row goes with it."""

    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    useful_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"letter {self.pk}"


class AccountDeletion(models.Model):
    """An account that is to be deleted; `portal.deletion` does it, and this row goes with it."""

    user = models.OneToOneField(User, models.CASCADE, related_name="deletion")
    takes_comments = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"deletion of {self.user_id}"
