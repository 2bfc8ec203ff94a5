"""For what a comment waits for a moderator. Each rule tells its reasons, and all are shown to them.

No rule runs a pattern that somebody typed in, and none takes longer than in proportion to the text.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Comment, Discussion, SpamPhrase
from comments.spam import contacts, disguises, domains, likeness, phrases, places, refrains
from comments.spam.folding import letters
from comments.spam.submission import Submission
from comments.trust import Trust

Status = Comment.Status


class Rule(models.TextChoices):
    FIRST = "first", _("One of the first comments of a new account")
    PREMODERATED = "premoderated", _("The discussion is premoderated")
    LINK = "link", _("A link from an account that is not trusted yet")
    MANY_LINKS = "many_links", _("Many links")
    SAME_LINK = "same_link", _("Links to the same place again and again")
    SPAM_LINK = "spam_link", _("Links to where spam links to")
    HIDDEN_LINK = "hidden_link", _("A shortened link, which hides where it leads")
    CONTACT = "contact", _("A telephone number, an address or a messenger’s name")
    WALLET = "wallet", _("An address for money")
    PHRASE = "phrase", _("A suspicious phrase")
    REPEATED = "repeated", _("Much like another comment of the same reader")
    LIKE_OTHERS = "like_others", _("Much like comments of other readers")
    LIKE_SPAM = "like_spam", _("Much like spam")
    LOOKALIKES = "lookalikes", _("Letters that only look like those of the word")
    INVISIBLE = "invisible", _("Invisible characters inside of words")
    TOO_FAST = "too_fast", _("Written faster than a person types")
    TRAP = "trap", _("Filled in a field that only robots see")
    LONG = "long", _("Very long")
    MONOTONOUS = "monotonous", _("Says the same over and over")
    NAME = "name", _("The account’s name advertises")
    MENTIONS = "mentions", _("Calls for many readers")
    SPREAD = "spread", _("Written into many discussions at once")


MANY_LINKS = 5
_PENDING_OF_OTHERS = 2  # authors whose comments with the same link wait
MANY_MENTIONS, TOO_MANY_MENTIONS = 5, 10
LONG = 4000
_AT_ONCE, _MANY_DISCUSSIONS = timedelta(minutes=10), 4

_INSTANT = 2  # seconds in which nobody reads a form, thinks, types and presses its button
_FASTEST = 30  # characters a second
_FEW_CHARACTERS = 20

_OFTEN_SAID, _LATELY = 3, timedelta(hours=1)
_SAYS_SOMETHING = 15  # letters; what is shorter may be said by anybody


def _first(sent: Submission) -> Iterator[str]:
    is_old = sent.passed_body and likeness.share_of(sent.body, sent.passed_body) > 0.7
    if sent.trust == Trust.NEW and not is_old:
        yield ""


def _premoderated(sent: Submission) -> Iterator[str]:
    state = Discussion.State.PREMODERATED
    if Discussion.objects.filter(article=sent.article, state=state).exists():
        yield ""


def _link(sent: Submission) -> Iterator[str]:
    """Where many readers link to in comments that stand newcomers may link, too, and to libraries,
    universities, authorities; unless moderators have found spam there.
    """
    if not sent.is_trusted:
        known = {place.name: place for place in sent.places}
        spammed = {name for name, place in known.items() if place.spam}
        fine = {name for name, place in known.items() if place.is_common}
        fine |= set(filter(places.is_public, sent.links))
        yield from (link for link in sent.links if link not in fine - spammed)


def _many_links(sent: Submission) -> Iterator[str]:
    if len(sent.links) >= MANY_LINKS:
        yield str(len(sent.links))


def _same_link(sent: Submission) -> Iterator[str]:
    yield from (place.name for place in sent.places if place.is_linked_again_and_again)


def _spam_link(sent: Submission) -> Iterator[str]:
    """Many newcomers may wait for having named a good place; trusted readers know better."""
    waiting = _PENDING_OF_OTHERS * (2 if sent.is_trusted else 1)
    yield from (place.name for place in sent.places if place.is_spammed(waiting))


def _hidden_link(sent: Submission) -> Iterator[str]:
    yield from (link for link in sent.links if link.split("/")[0] in domains.HIDING)


def _contact(sent: Submission) -> Iterator[str]:
    """Trusted readers may say that the ministry's number is such; not "write to me there"."""
    if not sent.is_trusted or contacts.names_messenger(sent.body):
        yield from sent.contacts


def _wallet(sent: Submission) -> Iterator[str]:
    yield from contacts.wallets(sent.body)


def _phrase(sent: Submission) -> Iterator[str]:
    given = phrases.found(sent.given) if sent.given else []
    for phrase in phrases.found(sent.body):
        holds = phrase.holds == SpamPhrase.Holds.EVERYBODY or not sent.is_trusted
        if holds and phrase not in given:
            yield phrase.text


def _repeated(sent: Submission) -> Iterator[str]:
    own = [earlier for earlier in sent.alike if earlier.author_id == sent.author.pk]
    if len(letters(sent.body)) < likeness.FEWEST_LETTERS:
        lately = timezone.now() - _LATELY
        own = [earlier for earlier in own if earlier.created_at > lately]
        own = own if len(own) >= _OFTEN_SAID else []
    yield from (f"№ {earlier.pk}" for earlier in own[:3])


def _like_others(sent: Submission) -> Iterator[str]:
    """Something held or hidden, or something that two others have said already."""
    if len(letters(sent.body)) < likeness.FEWEST_LETTERS:
        return
    others = [
        earlier
        for earlier in sent.alike
        if earlier.author_id != sent.author.pk and earlier.status != Status.SPAM
    ]
    doubtful = [earlier for earlier in others if earlier.status != Status.VISIBLE]
    enough = 2 if sent.is_trusted else 1
    if doubtful or len({earlier.author_id for earlier in others}) >= enough:
        yield from (f"№ {earlier.pk}" for earlier in (doubtful or others)[:3])


def _like_spam(sent: Submission) -> Iterator[str]:
    if len(letters(sent.body)) >= _SAYS_SOMETHING:
        spam = [earlier for earlier in sent.alike if earlier.status == Status.SPAM]
        yield from (f"№ {earlier.pk}" for earlier in spam[:3])


def _lookalikes(sent: Submission) -> Iterator[str]:
    mixed = disguises.mixed_words(sent.body)
    if mixed and (not sent.is_trusted or disguises.are_many(mixed, sent.body)):
        yield from mixed[:5]
    if odd := disguises.odd_letters(sent.body):
        yield odd[:20]


def _invisible(sent: Submission) -> Iterator[str]:
    if disguises.has_invisible(sent.body):
        yield ""


def _too_fast(sent: Submission) -> Iterator[str]:
    """Trusted readers may paste what they wrote elsewhere, and come by ways of their own."""
    if sent.typed <= _FEW_CHARACTERS:
        return
    if sent.seconds is None:
        if not sent.is_trusted:
            yield str(_("without our form"))
    elif sent.seconds < _INSTANT or (not sent.is_trusted and sent.typed > _FASTEST * sent.seconds):
        yield str(_("%(characters)s characters in %(seconds)s s")) % {
            "characters": sent.typed,
            "seconds": round(sent.seconds, 1),
        }


def _trap(sent: Submission) -> Iterator[str]:
    if sent.is_trap_filled:
        yield ""


def _long(sent: Submission) -> Iterator[str]:
    if not sent.is_trusted and len(sent.body) > LONG:
        yield ""


def _monotonous(sent: Submission) -> Iterator[str]:
    if refrains.is_monotonous(sent.said):
        yield ""


def _name(sent: Submission) -> Iterator[str]:
    name = sent.author.get_username()
    if sent.is_trusted:
        return
    if contacts.links(name) or contacts.names_messenger(name) or phrases.found(name):
        yield name


def _mentions(sent: Submission) -> Iterator[str]:
    number = len(contacts.names_called(sent.body))
    if number >= (TOO_MANY_MENTIONS if sent.is_trusted else MANY_MENTIONS):
        yield str(number)


def _spread(sent: Submission) -> Iterator[str]:
    if sent.is_trusted or sent.edited:
        return
    since = timezone.now() - _AT_ONCE
    lately = Comment.objects.filter(author=sent.author.pk, created_at__gt=since)
    elsewhere = lately.exclude(discussion=sent.article.pk).values("discussion").distinct()
    if elsewhere.count() >= _MANY_DISCUSSIONS:
        yield ""


RULES: dict[Rule, Callable[[Submission], Iterator[str]]] = {
    Rule.FIRST: _first,
    Rule.PREMODERATED: _premoderated,
    Rule.LINK: _link,
    Rule.MANY_LINKS: _many_links,
    Rule.SAME_LINK: _same_link,
    Rule.SPAM_LINK: _spam_link,
    Rule.HIDDEN_LINK: _hidden_link,
    Rule.CONTACT: _contact,
    Rule.WALLET: _wallet,
    Rule.PHRASE: _phrase,
    Rule.REPEATED: _repeated,
    Rule.LIKE_OTHERS: _like_others,
    Rule.LIKE_SPAM: _like_spam,
    Rule.LOOKALIKES: _lookalikes,
    Rule.INVISIBLE: _invisible,
    Rule.TOO_FAST: _too_fast,
    Rule.TRAP: _trap,
    Rule.LONG: _long,
    Rule.MONOTONOUS: _monotonous,
    Rule.NAME: _name,
    Rule.MENTIONS: _mentions,
    Rule.SPREAD: _spread,
}
