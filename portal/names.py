"""The names that readers have in public: in one script, like nobody else's, of no office.

A name is what people know each other by, so it must not be mistaken for another one's. `skeleton()`
is the same for names that look alike; the database refuses a second name with the same one.
"""

import re
import unicodedata
from functools import reduce

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import CharField, Func
from django.utils.translation import gettext_lazy as _

SHORTEST, LONGEST = 2, 30

_LATIN = "A-Za-zÀ-ÖØ-öø-ž"
_CYRILLIC = "Ѐ-џҐґ"  # Russian, its neighbours, South Slavic; not the historical letters
_SEPARATORS = "._-"
_FOREIGN = re.compile(rf"[^{_LATIN}{_CYRILLIC}0-9{_SEPARATORS}]")
_SHAPE = re.compile(rf"[^{_SEPARATORS}]+(?:[{_SEPARATORS}][^{_SEPARATORS}]+)*")

# What small letters are mistaken for, as capitals or small; marks above and below are off already.
_ALIKE = str.maketrans(
    "абвгезиікмнопрстухчшщьґєјѕћђ" + "ßđðħıĸłŋŧøþ" + "01i",
    "a6bre3ulkmhonpctyx4wwbrejshh" + "bddhlklntop" + "oll",
)
_PAIRS_ALIKE = [("rn", "m"), ("vv", "w")]
_LETTERS = [chr(code) for span in ((48, 123), (192, 383), (1024, 1170)) for code in range(*span)]
_FOLDED = {
    letter: letter.lower().translate(_ALIKE)
    for letter in _LETTERS
    if unicodedata.is_normalized("NFD", letter)
}
_FROM = "".join(letter for letter, folded in _FOLDED.items() if letter != folded)
_TO = "".join(folded for letter, folded in _FOLDED.items() if letter != folded)

# Taken as a part of a name, too: editor.anna
_OFFICES = (
    *("admin", "administrator", "root", "moderator", "mod", "editor", "editors", "editorial"),
    *("staff", "support", "system", "security", "webmaster", "postmaster", "official"),
    *("админ", "администратор", "администрация", "модератор", "модераторы", "редактор"),
    *("редакция", "поддержка", "служба", "система", "безопасность", "официально"),
)
_NOBODY = (
    *("anonymous", "deleted", "nobody", "null", "none", "undefined", "all", "everyone", "me"),
    *("аноним", "удалён", "удалена", "никто", "все", "я"),
)


def normalise(name: str) -> str:
    """Full-width letters, ligatures and combined marks in their plain form (NFKC)."""
    return unicodedata.normalize("NFKC", name).strip()


def validate_name(name: str) -> None:
    """Raises ValidationError that says what to change."""
    if foreign := _FOREIGN.search(name):
        raise ValidationError(_FOREIGN_SAID, "foreign", {"character": _shown(foreign[0])})
    if not _SHAPE.fullmatch(name):
        raise ValidationError(_SHAPE_SAID, "shape")
    if not re.search(rf"[{_LATIN}{_CYRILLIC}]", name):
        raise ValidationError(_("A name needs a letter."), "no_letter")
    if re.search(f"[{_LATIN}]", name) and re.search(f"[{_CYRILLIC}]", name):
        raise ValidationError(_MIXED_SAID, "mixed")


def validate_not_reserved(name: str) -> None:
    """Readers may not call themselves what sounds like the newsroom; editors may give such names.

    Raises ValidationError.
    """
    offices = {skeleton(word) for word in (*_OFFICES, settings.SITE_NAME)}
    parts = {skeleton(part.strip("0123456789")) for part in re.split(rf"[{_SEPARATORS}]", name)}
    is_nobody = skeleton(name) in map(skeleton, _NOBODY)
    if is_nobody or offices & {*parts, skeleton(name.strip("0123456789"))}:
        raise ValidationError(_("This name is reserved. Choose another one."), "reserved")


def skeleton(name: str) -> str:
    """What is left of `name` when look-alikes are taken for the same (as in Unicode's TR 39)."""
    bare = re.sub(r"[\u0300-\u036f._-]", "", unicodedata.normalize("NFD", name))
    bare = bare.translate(str.maketrans(_FROM, _TO))
    for pair, single in _PAIRS_ALIKE:
        bare = bare.replace(pair, single)
    return bare


class Skeleton(Func):
    """`skeleton()` in SQL, by the same tables. The index is built with it: whoever changes a table
    has to write a migration that makes the constraint anew.
    """

    output_field = CharField()
    template = reduce(
        lambda sql, pair: f"replace({sql}, '{pair[0]}', '{pair[1]}')",
        _PAIRS_ALIKE,
        "translate(regexp_replace(normalize(%(expressions)s, NFD), "
        rf"'[\u0300-\u036f._-]', '', 'g'), '{_FROM}', '{_TO}')",
    )


def _shown(character: str) -> str:
    """Invisible ones by their number."""
    visible = unicodedata.category(character)[0] in "LNPS"
    return f"“{character}”" if visible else f"U+{ord(character):04X}"


_FOREIGN_SAID = _(
    "%(character)s can’t be part of a name. Take Latin or Russian letters, digits, and . - _"
)
_SHAPE_SAID = _("Put . - _ between letters or digits, one at a time.")
_MIXED_SAID = _("Write it in Latin letters or in Russian ones, not in both.")
