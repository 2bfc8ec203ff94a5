"""Readers that a comment calls by name: @vera. Their names become links to their profiles.

A name may hold dots and hyphens, and a sentence may end behind it: "@vera.k." calls vera.k if there
is one, else vera.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote, unquote

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from comments import markdown

MOST = 10  # readers that one comment may call; further names are plain text

_CALL = re.compile(r"(?<![\w@/.+-])@(\w[\w.-]{1,30})")
_TAG = re.compile(r"(<[^>]*>)")
# Names are left alone in links and code; in quotes somebody else has called them.
_LINKED_IN = re.compile(r"<a |<code>|<pre>")
_SEPARATORS = ".-_"


def render(source: str) -> str:
    """HTML of a comment's `source`, with the names of readers linked."""
    return linked(markdown.render(source))


def linked(html: str) -> str:
    """Sanitised `html` with links to the profiles of readers whom it calls.

    One query; none for a comment without an @. An address of the site without a language: it leads
    everybody to the page in their own.
    """
    readers = _readers(html)
    return _replace(html, readers) if readers else html


def called_in(html: str) -> list[str]:
    """The names of the readers that `linked` html calls, outside of quotes."""
    own = re.sub(r"<blockquote>.*</blockquote>", "", html, flags=re.DOTALL)
    names = re.findall(r'<a href="/users/([^"/]+)/"', own)
    return list(dict.fromkeys(map(unquote, names)))


def readers_named(names: Collection[str]) -> dict[str, AbstractUser]:
    """Active readers with these names, in any case, by their names in small letters."""
    if not names:
        return {}
    readers = get_user_model().objects.named(names)
    return {reader.username.lower(): reader for reader in readers if reader.is_active}


def _readers(html: str) -> dict[str, AbstractUser]:
    called = dict.fromkeys(_CALL.findall(html))
    names = [name.lower() for call in list(called)[: 2 * MOST] for name in _readings(call)]
    return dict(list(readers_named(names).items())[:MOST])


def _replace(html: str, readers: Mapping[str, AbstractUser]) -> str:
    parts, closing = _TAG.split(html), ""
    for index, part in enumerate(parts):
        if part == closing:
            closing = ""
        elif closing:
            continue
        elif opening := _LINKED_IN.match(part):
            closing = f"</{opening[0].strip('<> ')}>"
        elif not part.startswith("<"):
            parts[index] = _CALL.sub(lambda call: _link(call[1], readers), part)
    return "".join(parts)


def _link(called: str, readers: Mapping[str, AbstractUser]) -> str:
    for name in _readings(called):
        if reader := readers.get(name.lower()):
            address = quote(reader.username)
            return f'<a href="/users/{address}/">@{name}</a>{called[len(name) :]}'
    return f"@{called}"


def _readings(called: str) -> Iterator[str]:
    """What may be the name, the longest first: a sentence may end behind it, or go on."""
    yield called
    shorter = called.rstrip(_SEPARATORS)
    if shorter != called:
        yield shorter
    for separator in _SEPARATORS:
        if separator in shorter:
            yield shorter.partition(separator)[0]
