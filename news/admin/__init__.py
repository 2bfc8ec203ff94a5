"""The editors' desk: one module for each kind of thing that is worked on there."""

from .article import ArticleAdmin
from .entity import EntityAdmin
from .image import ImageAdmin
from .mention import MentionAdmin
from .rubric import RubricAdmin
from .shown import ShownAdmin
from .source import SourceAdmin

__all__ = [
    "ArticleAdmin",
    "EntityAdmin",
    "ImageAdmin",
    "MentionAdmin",
    "RubricAdmin",
    "ShownAdmin",
    "SourceAdmin",
]
