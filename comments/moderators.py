"""Who moderates, and whom they may act on.

Nobody moderates themselves. Moderators act on readers; administrators, those who look after the
accounts, on moderators, too, and on what other administrators have written, but not on their
accounts.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import get_permission_codename, get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

PERMISSION = "comments.moderate_comment"
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def moderators() -> QuerySet[Any]:
    """All who may moderate, administrators among them."""
    return get_user_model().objects.with_perm(PERMISSION, backend=_BACKEND)


def administrators() -> QuerySet[Any]:
    user = get_user_model()
    right = f"{user._meta.app_label}.{get_permission_codename('change', user._meta)}"
    return user.objects.with_perm(right, backend=_BACKEND)


def moderators_only(view: Callable[..., HttpResponse]) -> Any:
    """Visitors are asked to log in, others refused."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.is_of_the_desk = True  # type: ignore[attr-defined]  # portal.second_factor
    return guarded


class Reach:
    """Whom one moderator may act on. One query, whatever it is asked then."""

    def __init__(self, moderator: AbstractUser) -> None:
        is_administrator = Q(pk__in=administrators().values("pk"))
        found = moderators().annotate(is_administrator=is_administrator)
        colleagues = dict(found.values_list("pk", "is_administrator"))
        self._self = moderator.pk
        self._is_administrator = colleagues.get(moderator.pk, False)
        self._colleagues = set(colleagues)
        self._administrators = {pk for pk, is_high in colleagues.items() if is_high}

    def has_comments_of(self, user_id: int | None) -> bool:
        if user_id == self._self:
            return False
        return self._is_administrator or user_id not in self._colleagues

    def has_account(self, user_id: int) -> bool:
        return self.has_comments_of(user_id) and user_id not in self._administrators

    def has_acts_of(self, moderator_id: int | None) -> bool:
        """Whether they may undo what that moderator did: not what an administrator decided."""
        return self._is_administrator or moderator_id not in self._administrators

    def may_hear(self, author_id: int, actors: set[int]) -> bool:
        """Whether an appeal of that author is theirs to decide: not one against their own act, as
        long as there is somebody else who may.
        """
        if not (self.has_comments_of(author_id) and all(map(self.has_acts_of, actors))):
            return False
        is_high = author_id in self._colleagues or bool(actors & self._administrators)
        others = (self._administrators if is_high else self._colleagues) - actors - {author_id}
        return self._self not in actors or not others
