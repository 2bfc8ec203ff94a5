from .article import Article
from .article_rows import ArticleQuerySet
from .article_states import TransitionRefused
from .article_text import ArticleText
from .audit import AuditEntry, AuditEntryQuerySet
from .bulk_change import BulkChange
from .catalogue import Rubric, Source
from .correction import Correction
from .entity import Entity, EntityAlias, Mention
from .exchange import Exchange
from .image import Image
from .incoming import IncomingFeed, IncomingItem
from .machine_translation import MachineTranslation
from .preview_link import PreviewLink
from .revision import ArticleRevision
from .search_entry import SearchEntry
from .view_batch import ViewBatch
from .vote import ArticleVote
from .working_copy import WorkingCopy

__all__ = [
    "Article",
    "ArticleQuerySet",
    "ArticleRevision",
    "ArticleText",
    "ArticleVote",
    "AuditEntry",
    "AuditEntryQuerySet",
    "BulkChange",
    "Correction",
    "Entity",
    "EntityAlias",
    "Exchange",
    "Image",
    "IncomingFeed",
    "IncomingItem",
    "MachineTranslation",
    "Mention",
    "PreviewLink",
    "Rubric",
    "SearchEntry",
    "Source",
    "TransitionRefused",
    "ViewBatch",
    "WorkingCopy",
]
