"""Bounces and complaints: what follows for an address from what is heard of it.

They come from the mail server as a digest is sent, as mail (`hear`) or from a provider's webhook
(`hear_provider`). Mail can be forged, so an address in it counts for nothing: it has to hold the
Message-ID of a digest of ours, a keyed hash, or the signed token of its List-Unsubscribe. Both are
known only to who got that digest, and could have unsubscribed with it anyway. A provider has shown
the secret of the webhook, and may also name an address.

Each row and what follows from it are one transaction, and there is one row for each delivery, kind
and source: who hears the same twice, or is killed in between, does no harm.
"""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from subscriptions import consent, links, notices
from subscriptions.addresses import AddressField
from subscriptions.models import (
    BounceEvent,
    ConsentEvent,
    Delivery,
    Subscription,
    Suppression,
    hash_of_address,
)

logger = logging.getLogger(__name__)

Kind = BounceEvent.Kind
Reason = Suppression.Reason

SOFT_OF_LAST = 3, 5  # so many of the last digests came back, and the address is taken for dead


def hear(mail: bytes) -> BounceEvent.Kind | None:
    """Take note of a mail; None when it is not about a digest of ours."""
    notice = notices.read(mail)
    delivery = Delivery.objects.filter(message_id__in=notice.message_ids).first()
    subscription = delivery.subscription if delivery else _holder(notice.tokens)
    if subscription is None:
        return None
    delivery = delivery or _last_digest(subscription)
    record("mail", notice.kind, subscription.email, delivery, notice.detail)
    return notice.kind


def hear_provider(event: Any, esp_name: str, **kwargs: Any) -> None:
    """For `anymail.signals.tracking`."""
    kind, email = _kind_of(event), str(event.recipient or "")
    message_id = f"<{notices.printable(str(event.message_id)).strip('<>')}>"
    delivery = Delivery.objects.filter(message_id=message_id).first()
    try:
        email = delivery.subscription.email if delivery else AddressField().clean(email)
    except ValidationError:
        return
    if kind:
        subscription = Subscription.objects.filter(email=email).first()
        delivery = delivery or (_last_digest(subscription) if subscription else None)
        record(esp_name.lower(), kind, email, delivery, _answer_of(event))


def record(
    source: str, kind: BounceEvent.Kind, email: str, delivery: Delivery | None, detail: str
) -> None:
    """Write down what `source` says of the address, and draw the consequence, once."""
    address_hash = hash_of_address(email)
    with transaction.atomic():
        _event, is_new = BounceEvent.objects.get_or_create(
            provider=source[:40],
            event_id=f"{kind} {delivery.message_id if delivery else address_hash}"[:200],
            defaults={
                "kind": kind,
                "delivery": delivery,
                "address_hash": address_hash,
                "detail": notices.printable(detail),
                "happened_at": timezone.now(),
            },
        )
        if is_new and _is_current(delivery):
            _draw_consequence(kind, email, delivery)


def _holder(tokens: list[str]) -> Subscription | None:
    for token in tokens:
        try:
            return links.UNSUBSCRIBE.subscription(token)
        except links.LinkForged:
            continue
    return None


def _last_digest(subscription: Subscription) -> Delivery | None:
    """Whose Message-ID a relay has replaced is taken for the last that was begun."""
    return subscription.deliveries.filter(attempts__gt=0).order_by("-pk").first()


def _kind_of(event: Any) -> BounceEvent.Kind | None:
    """What a provider's event is to us; None for clicks, delays and its own refusals."""
    match event.event_type:
        case "complained":
            return Kind.COMPLAINT
        case "autoresponded":
            return Kind.AUTO_REPLY
        case "bounced":
            answer = _answer_of(event)
            is_gone = event.reject_reason in ("invalid", "bounced") and not notices.has_code(answer)
            return Kind.HARD if is_gone else notices.kind_of_answer(answer)
        case "rejected" if event.reject_reason == "invalid":
            return Kind.HARD
    return None


def _answer_of(event: Any) -> str:
    return str(event.mta_response or event.description or "")


def _is_current(delivery: Delivery | None) -> bool:
    """False where the owner of the address has confirmed it anew since."""
    return delivery is None or delivery in _since_confirmed(delivery.subscription)


def _since_confirmed(subscription: Subscription) -> QuerySet[Delivery]:
    confirmed = subscription.consent_events.filter(action=ConsentEvent.Action.CONFIRMED)
    since = confirmed.aggregate(since=Max("created_at"))["since"]
    own = subscription.deliveries.all()
    return own.exclude(finished_at__lt=since) if since else own


def _draw_consequence(kind: BounceEvent.Kind, email: str, delivery: Delivery | None) -> None:
    if kind == Kind.COMPLAINT:
        if subscription := Subscription.objects.filter(email=email).first():
            consent.unsubscribe(subscription, subscription.language, "complaint")
        consent.suppress(email, Reason.COMPLAINT)
    elif kind == Kind.HARD or (kind == Kind.SOFT and delivery and _keeps_bouncing(delivery)):
        consent.suppress(email, Reason.BOUNCE)
    else:
        return
    logger.info("an address is suppressed: %s", kind)


def _keeps_bouncing(delivery: Delivery) -> bool:
    enough, of_last = SOFT_OF_LAST
    begun = _since_confirmed(delivery.subscription).filter(attempts__gt=0).order_by("-pk")
    last = list(begun.values_list("pk", flat=True)[:of_last])
    soft = BounceEvent.objects.filter(kind=Kind.SOFT, delivery__in=last)
    return soft.values("delivery").distinct().count() >= enough
