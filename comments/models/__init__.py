from .comment import Comment, CommentQuerySet, CommentRevision, CommentVote
from .discussion import Discussion
from .moderation import CommentReport, ModerationEvent
from .notification import Follow, Mute, Notification

__all__ = [
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
]
