"""A run that looks wrong stops itself: going on would cost the sender's good name."""

import logging
from datetime import datetime

from news.transport import Fate, Outcome
from subscriptions.models import BounceEvent, Delivery, Edition, unless_refused

logger = logging.getLogger(__name__)

_MOST_REFUSED, _FEW_REFUSED = 0.05, 20
_MOST_COMPLAINTS, _FEW_COMPLAINTS = 0.001, 3


class Watch:
    """Counts what becomes of one sender's messages in one turn."""

    def __init__(self) -> None:
        self._sent = self._refused = 0

    def alarm_after(self, outcome: Outcome) -> str:
        """Why to stop; empty while all is well."""
        self._sent += outcome.fate == Fate.SENT
        self._refused += outcome.fate == Fate.FAILED
        return _too_many_refused(self._refused, self._sent)


def watch_editions(now: datetime) -> None:
    """Look at whole editions, since senders see only their own turns."""
    for edition in Edition.objects.filter(state=Edition.State.SENDING).defer("message"):
        if reason := _alarm_of(edition):
            stop(edition, reason)


def stop(edition: Edition, reason: str) -> None:
    logger.error("edition %s is stopped: %s", edition.pk, reason)
    unless_refused(lambda: edition.ask_for_attention(reason))


def _alarm_of(edition: Edition) -> str:
    """Of what happened since somebody last said that it may go on."""
    since = edition.watched_since or edition.created_at
    ended = edition.deliveries.filter(finished_at__gte=since)
    refused = ended.filter(state=Delivery.State.FAILED).count()
    complaints = BounceEvent.objects.filter(
        kind=BounceEvent.Kind.COMPLAINT, delivery__edition=edition, happened_at__gte=since
    ).count()
    if refused < _FEW_REFUSED and complaints < _FEW_COMPLAINTS:
        return ""
    sent = ended.filter(state=Delivery.State.SENT).count()
    if complaints >= _FEW_COMPLAINTS and complaints > _MOST_COMPLAINTS * sent:
        return f"{complaints} complaints after {sent} messages"
    return _too_many_refused(refused, sent)


def _too_many_refused(refused: int, sent: int) -> str:
    if refused >= _FEW_REFUSED and refused > _MOST_REFUSED * (refused + sent):
        return f"{refused} of {refused + sent} messages were refused for good"
    return ""
