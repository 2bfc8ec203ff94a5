"""What editors have typed and not saved: kept while they type, offered when they come back.

Nothing here touches an article. A copy belongs to the form that it was typed into; another form of
the same editor doesn't write over it, but is told that it is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from news import presence
from news.models import Article, WorkingCopy
from news.tokens import Seal, TokenExpired, TokenForged

KEPT_FOR = timedelta(days=30)
_SAVED_KEPT_FOR = timedelta(days=1)
_TOLD_FOR = timedelta(days=1)
MOST_OFFERED = 5

# Says in a form whom it was shown to: so it can be kept for them after their session has ended.
_OWNER = Seal("news.working_copies.owner", max_age=KEPT_FOR)

# What a browser sends besides that is no content: tokens, buttons, the pattern of an empty row.
_NO_CONTENT = ("csrfmiddlewaretoken", "_")


@dataclass(frozen=True)
class OtherEditor:
    """Somebody else who works on the article; `typed_at` if they have changes that aren't saved."""

    name: str
    seen_at: datetime | None
    typed_at: datetime | None


def keep(user_id: int, article: Article | None, form_key: UUID, data: QueryDict) -> WorkingCopy:
    """Keep what `data` holds, unless its form is saved already or another form's copy is there.

    Returns the copy that there is then: by its `form_key` the caller sees whose it is.
    """
    fresh = {"form_key": form_key, "content": _content(data), "is_saved": False}
    with transaction.atomic():
        own = WorkingCopy.objects.select_for_update()
        copy, is_new = own.get_or_create(**_place(user_id, article, form_key), defaults=fresh)
        is_free = (copy.form_key != form_key) == copy.is_saved
        if not is_new and is_free and copy.content != fresh["content"]:
            for name, value in fresh.items():
                setattr(copy, name, value)
            copy.save()
    return copy


def _place(user_id: int, article: Article | None, form_key: UUID) -> dict[str, Any]:
    """What there is one row for."""
    place: dict[str, Any] = {"user_id": user_id, "article": article}
    return place if article else place | {"form_key": form_key}


def _content(data: QueryDict) -> list[list[str]]:
    return [
        [name, value]
        for name, values in data.lists()
        if not name.startswith(_NO_CONTENT) and "__prefix__" not in name
        for value in values
    ]


def owner_mark(user_id: int) -> str:
    return _OWNER.sign(user_id)


def owner_of(mark: str) -> int | None:
    """Whom a form was shown to, if they are still of the staff."""
    try:
        [user_id] = _OWNER.read(mark)
    except (TokenExpired, TokenForged, ValueError):
        return None
    staff = get_user_model().objects.filter(is_staff=True, is_active=True)
    return user_id if staff.filter(pk=user_id).exists() else None


def offered(user_id: int, article: Article | None) -> list[WorkingCopy]:
    """What the editor may take up where they open this form."""
    own = WorkingCopy.objects.unsaved().filter(user=user_id, article=article)
    return list(own.order_by("-saved_at")[:MOST_OFFERED])


def settle(user_id: int, article: Article, form_key: UUID, *, is_new: bool) -> None:
    """The form has been saved: whatever its browser still sends is late."""
    saved = {"form_key": form_key, "content": [], "is_saved": True}
    place = _place(user_id, None if is_new else article, form_key)
    copy, is_first = WorkingCopy.objects.get_or_create(**place, defaults=saved)
    if not is_first and copy.form_key == form_key:
        WorkingCopy.objects.filter(pk=copy.pk).update(**saved, saved_at=timezone.now())
    presence.leave(article.pk, user_id)


def discard(user_id: int, article: Article | None, form_key: UUID) -> None:
    own = WorkingCopy.objects.filter(user=user_id, article=article)
    own.filter(form_key=form_key, is_saved=False).delete()


def others(user_id: int, article: Article) -> list[OtherEditor]:
    """Who else works on `article`. At most two queries."""
    seen = presence.others(article.pk, user_id)
    copies = article.working_copies.unsaved().exclude(user=user_id)
    recent = copies.filter(saved_at__gte=timezone.now() - _TOLD_FOR)
    typed = dict(recent.values_list("user", "saved_at"))
    if not (seen or typed):
        return []
    people = get_user_model().objects.filter(pk__in={*seen, *typed}).order_by("username")
    return [
        OtherEditor(person.get_username(), seen.get(person.pk), typed.get(person.pk))
        for person in people
    ]


def forget_old(now: datetime | None = None) -> int:
    """Delete what nobody has come back to. Returns how many."""
    now = now or timezone.now()
    is_old = Q(saved_at__lt=now - KEPT_FOR) | Q(is_saved=True, saved_at__lt=now - _SAVED_KEPT_FOR)
    count, _details = WorkingCopy.objects.filter(is_old).delete()
    return count
