"""What the portal knows about one person, as they get it themselves: app by app, row by row.

Each app has its part in a module of this name; `portal.export` puts them together.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from news.models import Article, ArticleRevision, ArticleVote, PreviewLink, WorkingCopy

_ROWS_AT_A_TIME = 500


@dataclass(frozen=True)
class Section:
    """Rows of one kind. `columns`: what each is called, by the field or path it comes from."""

    name: str
    title: str | Promise
    source: QuerySet[Any]
    columns: Mapping[str, str | Promise]

    def rows(self) -> Iterator[dict[str, Any]]:
        """One at a time, the oldest first: there may be hundreds of thousands."""
        paths = {path.replace("__", "_"): F(path) for path in self.columns if "__" in path}
        names = [path.replace("__", "_") for path in self.columns]
        rows = self.source.order_by("pk").annotate(**paths).values_list(*names)
        for row in rows.iterator(_ROWS_AT_A_TIME):
            yield dict(zip(names, row, strict=True))

    def labels(self) -> dict[str, str]:
        """What people read instead of the names in `rows()`."""
        return {path.replace("__", "_"): str(label) for path, label in self.columns.items()}


def as_json(sections: Iterable[Section]) -> Iterator[str]:
    """One object with a list of rows for each section, a row to a line, as it is sent."""
    head = {"site": settings.SITE_URL, "exported_at": timezone.now()}
    yield _dumped(head)[:-1]
    for section in sections:
        yield f',\n"{section.name}": ['
        for number, row in enumerate(section.rows()):
            yield (",\n" if number else "\n") + _dumped(row)
        yield "]"
    yield "\n}\n"


def sections(user: AbstractUser) -> list[Section]:
    return [
        Section(
            "article_votes",
            _("Votes on articles"),
            ArticleVote.objects.filter(user=user.pk),
            {"article": _("article"), "value": _("vote"), "created_at": _("when")},
        ),
        Section(
            "articles",
            _("Articles you have written"),
            Article.objects.filter(author=user.pk),
            {
                "id": _("article"),
                "texts__language": _("language"),
                "texts__title": _("title"),
                "texts__lead": _("lead"),
                "texts__body": _("text"),
                "state": _("state"),
                "exchange__note": _("what the editors said"),
                "created_at": _("written"),
                "published_at": _("published"),
            },
        ),
        *_at_the_desk(user),
    ]


def _at_the_desk(user: AbstractUser) -> list[Section]:
    """What they did there to anybody's articles."""
    return [
        Section(
            "article_revisions",
            _("Articles you have saved"),
            ArticleRevision.objects.filter(saved_by=user.pk),
            {"article": _("article"), "saved_at": _("when"), "state": _("state")},
        ),
        Section(
            "working_copies",
            _("What you have typed into the form of an article and not saved"),
            WorkingCopy.objects.filter(user=user.pk),
            {"article": _("article"), "content": _("text"), "saved_at": _("when")},
        ),
        Section(
            "preview_links",
            _("Preview links you have made"),
            PreviewLink.objects.filter(made_by=user.pk),
            {"article": _("article"), "made_at": _("when"), "expires_at": _("expires")},
        ),
    ]


def _dumped(row: dict[str, Any]) -> str:
    return json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
