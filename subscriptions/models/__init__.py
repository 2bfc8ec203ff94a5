from .address_change import AddressChange
from .delivery import BounceEvent, Delivery, message_id_of
from .desk import Alarm, DigestDay, Pulse, SenderCheck
from .edition import Edition, EditionItem, EditionQuerySet, TransitionRefused, unless_refused
from .mail_domain import MailDomain
from .note import EditorsNote
from .subscriber_import import ImportLine, SubscriberImport
from .subscription import (
    ConsentEvent,
    Subscription,
    Suppression,
    hash_of_address,
    time_zones,
)

__all__ = [
    "AddressChange",
    "Alarm",
    "BounceEvent",
    "ConsentEvent",
    "Delivery",
    "DigestDay",
    "Edition",
    "EditionItem",
    "EditionQuerySet",
    "EditorsNote",
    "ImportLine",
    "MailDomain",
    "Pulse",
    "SenderCheck",
    "SubscriberImport",
    "Subscription",
    "Suppression",
    "TransitionRefused",
    "hash_of_address",
    "message_id_of",
    "time_zones",
    "unless_refused",
]
