"""What waits for a moderator, as lines of the desk's first page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from comments import queue
from comments.models import Appeal, SelfCheck
from comments.moderators import PERMISSION
from news.waiting import Waiting, count


def waiting_for(user: Any) -> list[Waiting]:
    lines = []
    if user.has_perm(PERMISSION):
        url = reverse("comments:queue")
        appeals = count(Appeal.objects.open())
        lines += [
            Waiting(_("Held comments"), count(queue.waiting("held")), f"{url}?show=held"),
            Waiting(
                _("Reported comments"), count(queue.waiting("reported")), f"{url}?show=reported"
            ),
            Waiting(_("Appeals"), appeals, reverse("comments:appeals")),
        ]
    if user.has_perm("comments.view_selfcheck"):
        lines.append(_drift())
    return lines


def _drift() -> Waiting:
    """What the last check had to put right."""
    last = SelfCheck.objects.order_by("-pk").values_list("drifted", flat=True).first()
    url = reverse("admin:comments_selfcheck_changelist")
    return Waiting(_("Counters that were wrong last night"), last or 0, url, is_trouble=True)
