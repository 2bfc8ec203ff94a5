"""Time zones: their names, for whoever lets people choose one, and what their clocks show."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SECOND = timedelta(seconds=1)


def site_time_zone() -> str:
    """A callable default, or each machine's TIME_ZONE would ask for a migration of its own."""
    return settings.TIME_ZONE


@cache
def time_zones() -> frozenset[str]:
    """The names in the time zone database; looking takes 10 ms, hence once."""
    return frozenset(available_timezones())


def validate_time_zone(value: str) -> None:
    if value not in time_zones():
        raise ValidationError(
            _("There is no time zone called “%(value)s”."), params={"value": value}
        )


def instant(zone: ZoneInfo, wall: datetime) -> datetime:
    """When clocks of `zone` show `wall`, in UTC.

    Clocks that show `wall` twice: the first time. Never: the first moment after the gap.
    """
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return late
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = early.astimezone(zone).utcoffset()
    seconds = range(int((late - early).total_seconds()) + 1)
    # PEP 495: in a gap fold=0 lies after the jump and fold=1 before it.
    return early + _SECOND * bisect_left(
        seconds, True, key=lambda n: (early + _SECOND * n).astimezone(zone).utcoffset() != before
    )
