from .ban import Ban
from .comment import (
    HIGHEST_SEQ,
    Comment,
    CommentQuerySet,
    CommentRevision,
    CommentVote,
    seqs_in,
    wilson_bound,
)
from .discussion import Discussion
from .draft import Draft
from .moderation import CommentReport, ModerationEvent, ModerationEventQuerySet
from .monthly_count import MonthlyCount
from .notice import Appeal, Notice
from .notification import (
    Follow,
    Mute,
    Notification,
    NotificationLetter,
    NotificationPreferences,
)
from .self_check import SelfCheck
from .spam import Fingerprint, SpamPhrase
from .visit import Visit

__all__ = [
    "HIGHEST_SEQ",
    "Appeal",
    "Ban",
    "Comment",
    "CommentQuerySet",
    "CommentReport",
    "CommentRevision",
    "CommentVote",
    "Discussion",
    "Draft",
    "Fingerprint",
    "Follow",
    "ModerationEvent",
    "ModerationEventQuerySet",
    "MonthlyCount",
    "Mute",
    "Notice",
    "Notification",
    "NotificationLetter",
    "NotificationPreferences",
    "SelfCheck",
    "SpamPhrase",
    "Visit",
    "seqs_in",
    "wilson_bound",
]
