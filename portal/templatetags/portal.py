"""How every page writes what it links to, times, numbers and hues."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from news.addresses import absolute
from portal.assets import get_asset

register = template.Library()
register.filter(absolute)


@register.simple_tag
def asset_url(name: str) -> str:
    """The address of a stylesheet or script of `portal.assets`."""
    return get_asset(name).url


@register.simple_tag
def moment(value: datetime | None, style: str = "short") -> SafeString | str:
    """A time: "short" (12 November, 14:05; with the year instead of the hour in other years),
    "brief" (14:05 today, 12 November before), "full" (12 November 2026, 14:05), or "date" where the
    hour says nothing.

    vestnik.js rewrites all but "date" in the time zone of a reader without an account, in the same
    words, so that nothing moves.
    """
    if value is None:
        return ""
    here, now = timezone.localtime(value), timezone.localtime()
    day = "j E" if here.year == now.year else "j E Y"
    formats = {
        "short": "j E, H:i" if here.year == now.year else day,
        "brief": "H:i" if here.date() == now.date() else day,
        "full": "j E Y, H:i",
        "date": "j E Y",
    }
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        here.isoformat(timespec="seconds"),
        "" if style == "date" else format_html(' data-local="{}"', style),
        date_format(here, formats[style]),
    )


@register.filter
def hue_class(hue: int) -> str:
    """The nearest of the twelve hues of tokens.css: styles in attributes are not allowed."""
    return f"hue-{round(hue / 30) % 12 * 30}"


@register.filter
def focus_class(image: object) -> str:
    """Where a crop of the picture looks, in quarters of its width and height."""
    across, down = (round(getattr(image, name, 0.5) * 4) * 25 for name in ("focal_x", "focal_y"))
    return " ".join(
        f"focus-{axis}-{part}" for axis, part in (("x", across), ("y", down)) if part != 50
    )


@register.filter
def signed(number: int) -> str:
    """+12, 0, −3 with a real minus."""
    return f"+{number}" if number > 0 else f"{number}".replace("-", "−")
