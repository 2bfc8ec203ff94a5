"""What somebody is about to say, with all that the rules want to know of it, looked up once."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.utils.html import strip_tags

from comments.mentions import readers_named
from comments.models import Comment
from comments.spam import contacts, likeness, places
from comments.trust import Trust, trust_of
from news.models import Article, ArticleText

_QUOTED = re.compile(r"^ {0,3}>.*$", re.MULTILINE)


@dataclass(frozen=True)
class Submission:
    """A comment that is not posted yet, or what shall stand in place of `edited`.

    `seconds`: how long its form was open, None where that is unknown.
    """

    author: AbstractUser
    article: Article
    body: str
    parent: Comment | None = None
    edited: Comment | None = None
    seconds: float | None = None
    is_trap_filled: bool = False

    @cached_property
    def trust(self) -> Trust:
        return trust_of(self.author)

    @property
    def is_trusted(self) -> bool:
        return self.trust >= Trust.TRUSTED

    @property
    def passed_body(self) -> str:
        """What of an edited comment everybody could read already."""
        return self.edited.body if self.edited and self.edited.is_visible else ""

    @cached_property
    def given(self) -> str:
        """What it may repeat without anybody wondering: the comment it answers, its own words."""
        return "\n".join((self.parent.body if self.parent else "", self.passed_body))

    @cached_property
    def said(self) -> str:
        """Without what it quotes of the comment it answers; a long quote is cut, with dots."""

        def is_quoted(line: str) -> bool:
            return bool(_QUOTED.match(line)) and line.strip("> …") in self.given

        return "\n".join(line for line in self.body.splitlines() if not is_quoted(line))

    @cached_property
    def typed(self) -> int:
        """How many characters were typed for it, at most: quotes come by themselves."""
        before = self.edited.body if self.edited else ""
        return len(_QUOTED.sub("", self.body).strip()) - len(before)

    @cached_property
    def links(self) -> list[str]:
        """The places it links to that are neither ours nor in what it answers or is about."""
        links = contacts.links(self.body)
        given: set[str] = set()
        if links:
            given = {*places.own(), *places.of(self.article), *contacts.links(self.given)}
        return [link for link in links if link not in given]

    @cached_property
    def contacts(self) -> list[str]:
        """Ways to get in touch, other than in what it answers; readers called by name are none."""
        given = set(contacts.contacts(self.given))
        given |= {f"@{name}" for name in readers_named(contacts.handles(self.body)[:20])}
        return [found for found in contacts.contacts(self.body) if found not in given]

    @cached_property
    def places(self) -> list[places.Place]:
        return places.known(self.links, self.author.pk, self._edited_pk)

    @cached_property
    def alike(self) -> list[likeness.Earlier]:
        """Recent comments that say the same, quotes of the article and of the parent aside."""
        text = likeness.Text(self.body, (self.given,))
        found = likeness.alike(text, self.author.pk, self._edited_pk)
        if not found:
            return found
        article = ArticleText.objects.filter(article=self.article).values_list("body", flat=True)
        text = likeness.Text(self.body, (self.given, *map(strip_tags, article)))
        return [earlier for earlier in found if text.is_like(likeness.Text(earlier.body))]

    @property
    def _edited_pk(self) -> int | None:
        return self.edited.pk if self.edited else None
