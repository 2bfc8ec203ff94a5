from collections.abc import Iterable


def numbers_of(parts: Iterable[str]) -> list[int]:
    """The numbers of rows among `parts` of what a form has sent; what is none is left out."""
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]
