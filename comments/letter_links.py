"""Links in letters about comments that stop them with one click (RFC 8058), and their undoing.

The token names the reader and nothing else that could be read; whoever holds it got the letter.
Each works for one purpose alone: stopping for ever, undoing for a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments import following, preferences
from comments.models import Discussion, Follow, NotificationPreferences
from comments.preferences import Kind
from news.addresses import absolute
from news.models import Article
from news.tokens import Seal, TokenForged

Mail = NotificationPreferences.Mail

_UNDO_FOR = timedelta(days=7)
_MODES = list(Mail)


@dataclass(frozen=True)
class Purpose:
    """What a link stops, in words: as a link, as a question, and when it is done."""

    name: str
    label: str | Promise
    question: str | Promise
    done: str | Promise

    def stop_path(self, *numbers: int) -> str:
        return reverse("comments:letters_stop", args=[self.name, self._stop.sign(*numbers)])

    def resume_path(self, *numbers: int) -> str:
        return reverse("comments:letters_resume", args=[self.name, self._resume.sign(*numbers)])

    def read_stop(self, token: str) -> tuple[Any, list[int]]:
        """(the reader, other numbers). Raises TokenForged."""
        return _reader(self._stop.read(token))

    def read_resume(self, token: str) -> tuple[Any, list[int]]:
        """The same. Raises TokenExpired, too."""
        return _reader(self._resume.read(token))

    def is_on(self, reader: Any, numbers: Sequence[int]) -> bool:
        """Whether there is anything to stop."""
        raise NotImplementedError

    def stop(self, reader: Any, numbers: Sequence[int]) -> list[int]:
        """Returns the numbers that undoing it takes."""
        raise NotImplementedError

    def resume(self, reader: Any, numbers: Sequence[int]) -> None:
        """Undo it, with the numbers that `stop` returned."""
        raise NotImplementedError

    def article(self, numbers: Sequence[int]) -> Article | None:
        """What it is about, in the language of the page, where that is an article."""
        return None

    @property
    def _stop(self) -> Seal:
        return Seal(f"comments.letters.stop.{self.name}")

    @property
    def _resume(self) -> Seal:
        return Seal(f"comments.letters.resume.{self.name}", _UNDO_FOR)


@dataclass(frozen=True)
class OfKinds(Purpose):
    """Letters that tell of some kinds of comments. To undo it, one has to know how often."""

    kinds: tuple[Kind, ...] = ()

    def is_on(self, reader: Any, numbers: Sequence[int]) -> bool:
        own = NotificationPreferences.of(reader)
        return any(own.mode(kind) != Mail.OFF for kind in self.kinds)

    def stop(self, reader: Any, numbers: Sequence[int]) -> list[int]:
        before = preferences.stop(reader, self.kinds)
        return [_MODES.index(Mail(mode)) for mode in before.values()]

    def resume(self, reader: Any, numbers: Sequence[int]) -> None:
        modes = [_MODES[number] for number in numbers]
        preferences.choose(reader, dict(zip(self.kinds, modes, strict=True)))


@dataclass(frozen=True)
class OfDiscussion(Purpose):
    """That the reader follows a discussion, whose number the token holds."""

    def article(self, numbers: Sequence[int]) -> Article | None:
        return Article.objects.published().in_language().filter(pk__in=numbers).first()

    def is_on(self, reader: Any, numbers: Sequence[int]) -> bool:
        return Follow.objects.filter(user=reader, discussion__in=numbers).exists()

    def stop(self, reader: Any, numbers: Sequence[int]) -> list[int]:
        for article in Article.objects.filter(pk__in=numbers):
            following.unfollow(reader.pk, article)
        return list(numbers)

    def resume(self, reader: Any, numbers: Sequence[int]) -> None:
        for discussion in Discussion.objects.filter(pk__in=numbers):
            following.follow(reader.pk, discussion)


PURPOSES = {
    purpose.name: purpose
    for purpose in (
        OfKinds(
            "reply",
            _("No more letters about replies"),
            _("Stop letters about replies to your comments?"),
            _("No letters about replies to your comments will come any more."),
            (Kind.REPLY,),
        ),
        OfKinds(
            "mention",
            _("No more letters when I am mentioned"),
            _("Stop letters about comments that mention you?"),
            _("No letters about comments that mention you will come any more."),
            (Kind.MENTION,),
        ),
        OfKinds(
            "follow",
            _("No more letters about discussions that I follow"),
            _("Stop letters about the discussions you follow?"),
            _("No letters about the discussions you follow will come any more."),
            (Kind.FOLLOW,),
        ),
        OfKinds(
            "all",
            _("No more letters about comments at all"),
            _("Stop all letters about comments?"),
            _("No letters about comments will come any more."),
            tuple(Kind),
        ),
        OfDiscussion(
            "discussion",
            _("Stop following this discussion"),
            _("Stop following this discussion?"),
            _("You do not follow this discussion any more."),
        ),
    )
}


class StopLink(NamedTuple):
    url: str
    label: str | Promise


def stop_links(reader: Any, kinds: Sequence[str]) -> list[StopLink]:
    """For a letter that tells of `kinds`; the first stops just such letters."""
    names = [*kinds, "all"] if len(kinds) == 1 else ["all", *kinds]
    return [stop_link(reader, name) for name in names]


def stop_link(reader: Any, name: str, *numbers: int) -> StopLink:
    purpose = PURPOSES[name]
    with translation.override(reader.language):
        return StopLink(absolute(purpose.stop_path(reader.pk, *numbers)), purpose.label)


def _reader(numbers: Sequence[int]) -> tuple[Any, list[int]]:
    """Nobody's token is like a forged one: the account is gone."""
    readers = get_user_model().objects.filter(is_active=True)
    readers = readers.select_related("notification_preferences")
    reader = readers.filter(pk=numbers[0]).first() if numbers else None
    if reader is None:
        raise TokenForged
    return reader, list(numbers[1:])
