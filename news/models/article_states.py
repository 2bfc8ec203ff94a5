"""The states of an article, and what is said where one can't be reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    RETRACTED = "retracted", _("Retracted")
    BINNED = "binned", _("In the bin")


class TransitionRefused(Exception):
    """An article can't go from its state to the one asked for; `reasons` tell an editor why."""

    def __init__(self, *reasons: object) -> None:
        super().__init__("; ".join(str(reason) for reason in reasons))
        self.reasons = reasons
