"""What pages and letters show of subscriptions."""

import colorsys
from collections.abc import Iterator
from itertools import count
from typing import Any

from django import template

from news.feed_formats import FORMATS
from subscriptions import past_feed
from subscriptions.forms import SubscribeForm

register = template.Library()

_NUMBERS = "numbers of subscription boxes"


@register.inclusion_tag("subscriptions/_box.html", takes_context=True)
def subscription_box(context: template.RequestContext) -> dict[str, Any]:
    """The one-field form. The same for every visitor; ids differ where a page has two."""
    numbers: Iterator[int] = context.render_context.setdefault(_NUMBERS, count(1))  # type: ignore[arg-type, assignment]
    request = context.get("request")
    return {
        "form": SubscribeForm(
            auto_id=f"subscription-{next(numbers)}-%s",
            initial={"next": request.path if request else None},
        )
    }


@register.inclusion_tag("news/_feeds.html")
def digest_feeds() -> dict[str, object]:
    """For the head: how feed readers find past digests."""
    types = {ending: FORMATS[ending].content_type.partition(";")[0] for ending in FORMATS}
    addresses = [(types[ending], past_feed.feed_url(ending)) for ending in FORMATS]
    return {"title": past_feed.feed_title(), "feeds": addresses}


@register.inclusion_tag("news/_feed_link.html")
def digest_feed_link() -> dict[str, object]:
    """For the page: the same, for people."""
    return {"title": past_feed.feed_title(), "url": past_feed.feed_url("rss")}


@register.filter
def hue_as_hex(hue: int, lightness: int = 44) -> str:
    """The colour of a rubric's mark, as mail programs want it. Lightness in percent."""
    parts = colorsys.hls_to_rgb(hue / 360, lightness / 100, 0.6)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
