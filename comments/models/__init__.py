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
from .moderation import CommentReport, ModerationEvent
from .notification import Follow, Mute, Notification

__all__ = [
    "HIGHEST_SEQ",
    "Comment",
    "CommentQuerySet",
    "CommentReport",
    "CommentRevision",
    "CommentVote",
    "Discussion",
    "Follow",
    "ModerationEvent",
    "Mute",
    "Notification",
    "seqs_in",
    "wilson_bound",
]
