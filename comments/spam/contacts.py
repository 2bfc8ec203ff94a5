"""Where a text wants its readers to go: links, however written, and ways to get in touch."""

import re
from urllib.parse import urlsplit

from comments.spam import domains
from comments.spam.folding import LATIN_ALIKE, bare

_SCHEME = re.compile(r"h(?:tt|xx)ps?\s?:\s?/\s?/\s?([^\s<>()\[\]\"'|]+)")
_DOTTED = re.compile(r"(?<![\w@.-])[\w-]+(?:\.[\w-]+)+(?:/[^\s<>()\[\]\"'|]*)?")
_SPELT_DOT = re.compile(r"\s*[\[({<]\s*(?:\.|dot|точка|тчк)\s*[\])}>]\s*|\s+(?:dot|точка|тчк)\s+")
_FOLLOWING = ".,:;!?'*_~»”…"  # what ends a sentence and not an address
_APART_DOT = re.compile(r"(?<=\w)\s+\.\s*(?=\w)")

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = re.compile(r"(?<![\d.,])(?:\+\s?\d|[78])(?:[\s().–-]{0,3}\d){10}(?!\d)(?![.,]\d)")
_FOREIGN_PHONE = re.compile(r"(?<!\w)\+(?:[\s().–-]{0,3}\d){9,14}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}(?!\d)")
_MESSENGER = (
    r"(?:telegram|телегр?а?м?\w{0,3}|тг|tg|whats\s?app|вотсап\w{0,2}|ватсап\w{0,2}|вацап\w{0,2}"
    r"|viber|вайбер\w{0,2}|skype|скайп\w{0,2}|discord|дискорд\w{0,2}|signal|wechat|инст\w{0,6})"
)
_AT_MESSENGER = re.compile(
    rf"(?<!\w){_MESSENGER}(?!\w)\s{{0,3}}[:=—–-]?\s{{0,3}}@?([a-z][a-z0-9_.]{{3,31}})(?!\w)"
)
# "Telegram channels", "the signal comes": the next word of a sentence, not somebody's name.
_ENGLISH = re.compile(r"[a-z]+\s+[a-z]+$")
_NAMES_MESSENGER = re.compile(rf"(?<!\w){_MESSENGER}(?!\w)")
_HANDLE = re.compile(r"(?<![\w@/.])@([a-z][a-z0-9_]{3,31})(?![\w@]|\.\w)")
_NAME = re.compile(r"(?<![\w@/.])@(\w{2,30})(?![\w@])")
_WALLET = re.compile(
    r"(?<!\w)(?:bc1[a-z0-9]{25,60}|0x[0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33}"
    r"|[13](?=\w*[a-z])(?=\w*[A-Z])[1-9A-HJ-NP-Za-km-z]{25,34}|(?:EQ|UQ)[\w-]{46})(?![\w-])"
)


def links(text: str) -> list[str]:
    """Every place that `text` links to or names, once, as host or host/page."""
    plain = bare(text).lower().replace("ё", "е")
    found = [match[1] for match in _SCHEME.finditer(plain)]
    plain = _SCHEME.sub(" ", plain)
    spelt = _APART_DOT.sub(".", _SPELT_DOT.sub(".", plain))
    is_spelt = spelt != plain
    for match in _DOTTED.finditer(spelt):
        if address := _address(match[0], is_spelt):
            found.append(address)
    return list(dict.fromkeys(place for url in found if (place := _place(url))))


def contacts(text: str) -> list[str]:
    """E-mail addresses, numbers of telephones and cards, names at messengers and after an @."""
    plain = bare(text)
    small = plain.lower()
    found = [match[0] for match in _EMAIL.finditer(small)]
    digits = small.translate(str.maketrans("oоlзб", "00136")) if re.search(r"\d", small) else ""
    for pattern in (_PHONE, _FOREIGN_PHONE):
        found += [match[0].strip() for match in pattern.finditer(digits)]
    found += [match[0] for match in _CARD.finditer(plain) if _is_card(match[0])]
    found += [match[1] for match in _AT_MESSENGER.finditer(small) if not _ENGLISH.match(match[0])]
    found += [f"@{name}" for name in handles(text)]
    return list(dict.fromkeys(found))


def names_called(text: str) -> list[str]:
    """All names after an @, in any script."""
    return list(dict.fromkeys(match[1] for match in _NAME.finditer(bare(text).lower())))


def handles(text: str) -> list[str]:
    """Those that may be names at messengers."""
    return list(dict.fromkeys(match[1] for match in _HANDLE.finditer(bare(text).lower())))


def wallets(text: str) -> list[str]:
    """Addresses that money of some blockchain is sent to."""
    return [match[0] for match in _WALLET.finditer(bare(text))]


def names_messenger(text: str) -> bool:
    return _NAMES_MESSENGER.search(bare(text).lower()) is not None


def _address(token: str, is_spelt: bool) -> str:
    """`token` as an address if it is one: `etc.then` and `3.14` are none."""
    host, slash, page = token.partition("/")
    spoken = host.rpartition(".")[2]
    if is_spelt and spoken in domains.SPOKEN:
        host = host.removesuffix(spoken) + domains.SPOKEN[spoken]
    host = _undisguised(host)
    top = host.rpartition(".")[2]
    is_address = top in domains.TOP or host in domains.SHORTENERS or host.startswith("www.")
    has_page = bool(slash and page) and top.isalpha() and len(top) > 1 and host.isascii()
    return f"{host}{slash}{page}" if is_address or has_page else ""


def _undisguised(host: str) -> str:
    """Letters that pass for Latin ones in a host that is meant to be read as Latin."""
    if not re.search("[a-z]", host):
        return host
    labels = (label.translate(LATIN_ALIKE) for label in host.split("."))
    pairs = zip(labels, host.split("."), strict=True)
    return ".".join(plain if plain.isascii() else label for plain, label in pairs)


def _place(url: str) -> str:
    """The name that somebody had to register, or the page at a place that is everybody's."""
    try:
        parts = urlsplit(f"//{url.rstrip(_FOLLOWING)}")
        host = _undisguised((parts.hostname or "").strip("."))
    except ValueError:
        return url[:60]
    labels = host.removeprefix("www.").split(".")
    wanted = 3 if len(labels) > 2 and labels[-2] in domains.SECOND_LEVEL else 2
    name = ".".join(labels[-wanted:])
    page = parts.path.strip("/").split("/")[0]
    return f"{name}/{page}"[:80] if name in domains.SHARED and page else name[:80]


def _is_card(number: str) -> bool:
    """Luhn's check (ISO/IEC 7812): one number in ten passes by chance."""
    digits = [int(digit) for digit in number if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return sum(doubled + digits[-1::-2]) % 10 == 0
