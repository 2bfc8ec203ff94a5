"""The editors' desk: one module for each kind of thing that is worked on there."""

from .article import ArticleAdmin
from .audit import AuditEntryAdmin
from .entity import EntityAdmin
from .image import ImageAdmin
from .incoming_feed import IncomingFeedAdmin
from .incoming_item import IncomingItemAdmin
from .long_list import LongList
from .mention import MentionAdmin
from .read_only import ReadOnly
from .rubric import RubricAdmin
from .shown import ShownAdmin
from .source import SourceAdmin

__all__ = [
    "ArticleAdmin",
    "AuditEntryAdmin",
    "EntityAdmin",
    "ImageAdmin",
    "IncomingFeedAdmin",
    "IncomingItemAdmin",
    "LongList",
    "MentionAdmin",
    "ReadOnly",
    "RubricAdmin",
    "ShownAdmin",
    "SourceAdmin",
]
