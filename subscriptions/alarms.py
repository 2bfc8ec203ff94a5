"""What a person has to look at is a row, and told by mail once, however long it lasts.

`look` is a step of the tick. That the tick itself stands still can't be seen from there: the health
page of the web asks `clockwork`.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from news.day import day_of
from subscriptions import clock, emails
from subscriptions.models import Alarm, Delivery, DigestDay, Edition, Pulse

logger = logging.getLogger(__name__)

Kind = Alarm.Kind

LATE_AFTER = timedelta(minutes=5)
_LOOK_BACK = timedelta(days=3)
_MOST_BOUNCED, _FEW_BOUNCED = 0.05, 20


def look(now: datetime | None = None) -> None:
    """Raise what is new, end what is over, tell what has not been told."""
    now = now or clock.now()
    Pulse.objects.update_or_create(pk=1, defaults={"ran_at": now})
    wrong = _stopped() | _uncertain(now) | _bounces(now)
    for alarm in Alarm.objects.going_on():
        if (alarm.kind, alarm.edition_id) not in wrong:
            Alarm.objects.filter(pk=alarm.pk).update(ended_at=now)
    for (kind, edition_id), detail in wrong.items():
        _raise(kind, detail, edition_id)
    tell()


def clockwork(now: datetime | None = None) -> str:
    """ "ok", or how long the tick has been standing still; then that is an alarm, told at once."""
    now = now or clock.now()
    pulse = Pulse.objects.filter(pk=1).first()
    if pulse is None or now - pulse.ran_at < LATE_AFTER:
        return "ok"
    detail = f"last tick {(now - pulse.ran_at).total_seconds() / 60:.0f} min ago"
    if _raise(Kind.LATE, detail):
        tell()
    return detail


def tell() -> None:
    """One letter for each alarm, to all who are to know it; as it never left, it is tried again."""
    for pk in list(Alarm.objects.untold().values_list("pk", flat=True)):
        with transaction.atomic():
            untold = Alarm.objects.untold().select_for_update(skip_locked=True, of=("self",))
            if (alarm := untold.filter(pk=pk).first()) and _send(alarm):
                Alarm.objects.filter(pk=pk).update(told_at=timezone.now())


def receivers() -> list[str]:
    """ALARMS_TO, and staff who may steer editions, at the address that they have confirmed."""
    staff = (
        get_user_model()
        .objects.with_perm("subscriptions.change_edition")
        .filter(is_staff=True, emailaddress__verified=True, emailaddress__primary=True)
    )
    return sorted({*settings.ALARMS_TO, *staff.values_list("emailaddress__email", flat=True)})


def _raise(kind: str, detail: str, edition_id: int | None = None) -> bool:
    """False where it is going on already."""
    going_on = Alarm.objects.going_on().filter(kind=kind, edition=edition_id)
    if going_on.exists():
        return False
    try:
        with transaction.atomic():
            Alarm.objects.create(kind=kind, detail=detail[:500], edition_id=edition_id)
    except IntegrityError:
        return False  # another process was faster
    logger.error("alarm, %s: %s", kind, detail)
    return True


Wrong = dict[tuple[str, int | None], str]


def _stopped() -> Wrong:
    stopped = Edition.objects.filter(state=Edition.State.ATTENTION)
    return {(Kind.STOPPED, pk): reason for pk, reason in stopped.values_list("pk", "attention")}


def _uncertain(now: datetime) -> Wrong:
    lately = Edition.objects.filter(cut_at__gt=now - _LOOK_BACK)
    is_uncertain = Q(deliveries__state=Delivery.State.UNCERTAIN)
    found = lately.filter(is_uncertain).values_list("pk").annotate(n=Count("deliveries"))
    with translation.override(settings.LANGUAGE_CODE):  # that of the letter which quotes it
        return {
            (Kind.UNCERTAIN, pk): ngettext("%(n)d letter", "%(n)d letters", number) % {"n": number}
            for pk, number in found
        }


def _bounces(now: datetime) -> Wrong:
    """Those of today, by the figures that the history keeps."""
    today = DigestDay.objects.filter(day=day_of(now)).first()
    if today is None or today.bounced < _FEW_BOUNCED:
        return {}
    if today.bounced <= _MOST_BOUNCED * max(today.sent, 1):
        return {}
    with translation.override(settings.LANGUAGE_CODE):
        words = _("%(bounced)d of %(sent)d today") % {"bounced": today.bounced, "sent": today.sent}
    return {(Kind.BOUNCES, None): words}


def _send(alarm: Alarm) -> bool:
    to = receivers()
    if not to:
        return True
    try:
        emails.alarm(alarm, to).send()
    except (SMTPException, OSError) as error:
        logger.error("the letter about alarm %s failed: %s", alarm.pk, error)
        return False
    return True
