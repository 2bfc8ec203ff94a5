"""How often readers may write, vote, report: by account, by network, in total.

One call counts an act against all of its limits. Without Redis nothing can be counted, and so
nothing is written: the error becomes a page that asks for patience and hands back what was typed.
"""

import logging
from datetime import timedelta
from enum import StrEnum

from django.http import HttpRequest
from django.utils import timezone

from comments.models import CommentReport, Discussion
from news.client_address import client_network
from news.limits import Limit, LimitReached, of_reader
from news.limits import count as count_all

logger = logging.getLogger(__name__)

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600


class Act(StrEnum):
    POST = "post"
    EDIT = "edit"
    VOTE = "vote"
    REPORT = "report"
    FOLLOW = "follow"  # and mute
    PREVIEW = "preview"


# (count, seconds) of one account.
_OF_ACCOUNT = {
    Act.POST: [(5, _MINUTE), (30, _HOUR), (150, _DAY)],
    Act.EDIT: [(6, _MINUTE), (40, _HOUR)],
    Act.VOTE: [(40, _MINUTE), (400, _HOUR)],
    Act.REPORT: [(5, _MINUTE), (20, _HOUR), (60, _DAY)],
    Act.FOLLOW: [(20, _MINUTE), (100, _HOUR)],
    Act.PREVIEW: [(30, _MINUTE), (300, _HOUR)],
}
# Of everybody together, each minute: far above a busy day, below what moderators can't undo.
_IN_TOTAL = {Act.POST: 600, Act.EDIT: 600, Act.REPORT: 300}

_SLOW_SECONDS = 120
_SLOWEST_SECONDS = 15 * 60
_REPORTS_PER_STEP = 3


def count(request: HttpRequest, act: Act, discussion: Discussion | None = None) -> None:
    """Count one act of the signed-in reader; `discussion` is where, and may be slow.

    Raises LimitReached, or redis.RedisError while nothing can be counted.
    """
    account, network = request.user.pk, client_network(request)
    limits = of_reader(act, account, network, _OF_ACCOUNT[act])
    if total := _IN_TOTAL.get(act):
        limits.append(Limit(f"{act}:all", total, _MINUTE))
    if act == Act.POST and discussion and discussion.state == Discussion.State.SLOW:
        key = f"{act}:slow:{discussion.pk}:{account}"
        limits.append(Limit(key, 1, slow_seconds(discussion)))
    try:
        count_all(limits)
    except LimitReached as reached:
        if reached.limit.key.endswith(":all"):
            logger.error("closed to everybody for %s s: %s", reached.wait, reached)
        raise


def slow_seconds(discussion: Discussion) -> int:
    """Between two comments of one reader in slow mode: the more open reports, the longer."""
    since = timezone.now() - timedelta(hours=1)
    reports = CommentReport.objects.filter(
        comment__discussion=discussion, is_open=True, created_at__gt=since
    ).count()
    return min(_SLOW_SECONDS * (1 + reports // _REPORTS_PER_STEP), _SLOWEST_SECONDS)
