from .article import Article, ArticleQuerySet, TransitionRefused
from .article_text import ArticleText
from .catalogue import Rubric, Source
from .correction import Correction
from .entity import Entity, EntityAlias, Mention
from .image import Image
from .search_entry import SearchEntry
from .view_batch import ViewBatch
from .vote import ArticleVote

__all__ = [
    "Article",
    "ArticleQuerySet",
    "ArticleText",
    "ArticleVote",
    "Correction",
    "Entity",
    "EntityAlias",
    "Image",
    "Mention",
    "Rubric",
    "SearchEntry",
    "Source",
    "TransitionRefused",
    "ViewBatch",
]
