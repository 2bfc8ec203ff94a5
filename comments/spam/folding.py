"""Texts with their disguises taken off, so that what reads the same is the same."""

import re
import unicodedata

# Letters that are taken for one another, each as the one that stands for all of them. Both sides of
# every comparison are folded, so it does not matter that `и` becomes `u`, only that all do.
_ALIKE = {
    **dict(zip("авекмнорстухьбзчипгіјѕԁһԛԝѵ", "abekmhopctyxb634unrijsdhqwv", strict=True)),
    **dict(zip("αβεικνορτυχγη", "abeikvoptyxyn", strict=True)),
    **dict(zip("ıɩɑɡᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ", "iiagabcdeghijklmnoprtuvwyz", strict=True)),
    "l": "i",
    "j": "i",
    "э": "3",
    "ъ": "b",
    "ы": "bi",
    "ю": "io",
    "ф": "o",
    "ł": "i",
    "ø": "o",
    "đ": "d",
    "ß": "ss",
}
_LETTERS_ALIKE = str.maketrans(_ALIKE)
# Digits and signs written for letters, in a word of each script.
_FOR_LATIN = str.maketrans("013457@$€", "oieastase")
_FOR_CYRILLIC = str.maketrans("0346@", "озчба")

# Cyrillic and Greek letters that pass for Latin ones: what makes `саsinо.соm` look like an address.
LATIN_ALIKE = str.maketrans("авеёкмнорстухіјѕԁһԛԝѵαεικνορτυχ", "abeekmhopctyxijsdhqwvaeikvoptyx")

# Without width, or blank and yet letters to Unicode: fillers of Hangul, Braille's empty cell.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800\u180e\u034f\u17b4\u17b5"
INVISIBLE = re.compile(
    f"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff{_BLANK_LETTERS}"
    "\U000e0000-\U000e0fff]"
)
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
_SPACED_OUT = re.compile(r"(?<!\w)(?:[^\W\d_][\s.\-_*~|/\\]{1,3}){3,}[^\W\d_](?!\w)")
_INSIDE_WORDS = re.compile(r"(?<=[^\W\d_])[*_~|·•]+(?=[^\W\d_])")
_SEPARATORS = re.compile(r"[\s.\-_*~|/\\]+")
_WORD = re.compile(r"[^\W_](?:[^\W_]|[@$€])*")
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def bare(text: str) -> str:
    """`text` in plain letters: no invisible characters, no full-width or decorated alphabets."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text))


def fold(text: str) -> str:
    """The words of `text` in small letters that stand for all that look like them.

    "К@ЗИНО!", "кaзинo" and "к а з и н о" all become the same word. Marks above letters are gone,
    so ё is е. Only good for comparing with other folded texts.
    """
    text = unicodedata.normalize("NFD", bare(text).lower())
    text = _MARKS.sub("", text)
    text = _INSIDE_WORDS.sub("", text)
    text = _SPACED_OUT.sub(lambda match: _SEPARATORS.sub("", match[0]), text)
    return " ".join(_fold_word(word) for word in _WORD.findall(text))


def letters(text: str) -> str:
    """`text` folded, and nothing of it but letters: what is left of it in a flood of ornaments."""
    return re.sub(r"[\W\d_]+", "", fold(text))


def _fold_word(word: str) -> str:
    if any(letter.isalpha() for letter in word):
        word = word.translate(_FOR_CYRILLIC if _CYRILLIC.search(word) else _FOR_LATIN)
    return word.translate(_LETTERS_ALIKE)
