"""What pages for moderators say of events, and what other pages show to moderators."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from comments.moderators import PERMISSION
from comments.spam import Rule

register = template.Library()

_RULES = {
    **dict(Rule.choices),
    "reported": _("Reported by several readers"),
    "ban_over": _("The ban is over"),
}


@register.filter
def rule_words(rule: str) -> Any:
    """Why a rule acted, in words."""
    return _RULES.get(rule, rule)


@register.filter
def moderates(user: Any) -> bool:
    """Whether `user` is a moderator. Readers without a desk are not, and cost no query."""
    return bool(user and user.is_authenticated and user.is_staff and user.has_perm(PERMISSION))


@register.filter
def of_reason(hidden: dict[str, int], reason: str) -> int:
    return hidden.get(reason, 0)
