"""Colours, and the palettes that the scenes are printed in."""

from random import Random
from typing import NamedTuple

from PIL import ImageColor

Colour = tuple[int, int, int]


class Palette(NamedTuple):
    """Six inks of one print, from the darkest to the lightest, and one to catch the eye."""

    deep: Colour
    dusk: Colour
    mid: Colour
    soft: Colour
    paper: Colour
    accent: Colour


def inks(codes: str) -> Palette:
    """A palette from six hexadecimal codes."""
    return Palette(*(ImageColor.getrgb(f"#{code}")[:3] for code in codes.split()))


INK = inks("14213d 2a4673 5c83b4 a9c6da f7ecd6 f0a23a")
PETROL = inks("0e2a33 1b5560 3f9291 a3d0c0 f8edd4 ee6c4d")
PLUM = inks("2a1b40 56356b 9a649a dba9b5 fbe8d6 f3b544")
EMBER = inks("321721 6d2735 c0493c eb935f fbe7c9 f6c445")
FOREST = inks("12291f 22543f 55946a b0cf9f f6eed5 ef7f3d")
SLATE = inks("1e2a38 3f566b 7d98aa bccdd2 f5efe2 d9483b")
OCHRE = inks("33241a 7a4a24 c98a3a e9c27c fbf1dc 2f7f86")
ROSE = inks("2c2239 5d4a78 c76d7e f0b4a4 fdeede 2c8c99")
RUST = inks("3a1a18 7d3424 c4613a eba676 f9e6cc 5f8f9b")
GLACIER = inks("11304a 23608a 58a3c4 b0dae2 f6f4e8 f0795a")


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``one`` moved towards ``other`` by ``share`` of the way."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def jitter(rng: Random, colour: Colour, amount: int) -> Colour:
    """A slightly lighter or darker ``colour``, as hand-mixed paint comes out."""
    shift = rng.randint(-amount, amount)
    red, green, blue = (max(0, min(255, part + shift)) for part in colour)
    return red, green, blue


def sunlight(p: Palette) -> Colour:
    """A warm light that suits the palette: its accent, unless that is a cool colour."""
    return p.accent if p.accent[0] > p.accent[2] + 60 else mix(p.paper, p.soft, 0.4)
