"""Signs, books, and the printing press."""

from collections.abc import Callable
from random import Random

from .canvas import Canvas
from .colour import EMBER, FOREST, INK, OCHRE, PETROL, RUST, SLATE, Colour, Palette, jitter, mix
from .scenes import scene
from .shapes import (
    WIDTH,
    Point,
    Points,
    Shape,
    box,
    circle,
    cog,
    curve,
    ellipse,
    place,
    polar,
    ribbon,
)


@scene(SLATE, EMBER, PETROL, OCHRE, turns=False)
def press(c: Canvas, p: Palette, rng: Random) -> None:
    """A web of newspapers running off a rotary press."""
    c.wash(mix(p.soft, p.mid, 0.3), p.soft)
    left, right = 430, 1170
    web = [(left, 360), (right, 360), (right + 190, 1010), (left - 190, 1010)]
    c.fill(
        [(left - 30, 380), (right + 60, 380), (right + 280, 1010), (left - 170, 1010)], p.deep, 0.25
    )
    c.fill(web, p.paper)
    _printed_page(c, p, rng, left, right)
    for y, radius, tint in ((150, 66, p.accent), (300, 96, p.dusk)):
        _roller(c, p, y, radius, tint)
    c.shade([(left, 392), (right, 392), (right + 30, 480), (left - 30, 480)], p.deep, -90, 0.7)


def _roller(c: Canvas, p: Palette, y: float, radius: float, tint: Colour) -> None:
    """A cylinder lying across the sheet, on its axle between two cheeks of the machine."""
    c.fill(box(200, y - 18, 1400, y + 18), p.mid)
    c.shade(box(200, y - 18, 1400, y + 18), p.deep, 90, 0.8)
    drum = box(350, y - radius, 1250, y + radius, 22)
    c.fill(drum, tint)
    c.shade(drum, p.deep, 90, 0.9, start=0.35)
    c.shade(drum, p.paper, -90, 0.5, start=0.55)
    for side in (-1, 1):
        x = 800 + side * 520
        c.fill(cog((x, y), 18 if radius < 80 else 26, 0, radius / 10), p.deep)
        c.dot((x, y), radius * 0.5, p.mid)
        c.dot((x, y), radius * 0.2, p.deep)


def _printed_page(c: Canvas, p: Palette, rng: Random, left: float, right: float) -> None:
    """A front page drawn as blocks, in the perspective of the web."""

    def put(x0: float, y0: float, x1: float, y1: float, tint: Colour) -> None:
        corners = []
        for x, y in box(x0, y0, x1, y1):
            depth = y / 100
            lean = 190 * depth
            corners.append((left - lean + x / 100 * (right - left + 2 * lean), 360 + 650 * depth))
        c.fill(corners, tint)

    put(7, 16, 93, 26, p.deep)
    put(7, 29, 93, 30, p.deep)
    put(7, 34, 62, 40, p.dusk)
    put(7, 43, 50, 48, p.dusk)
    put(36, 54, 93, 88, p.mid)
    put(66, 34, 93, 50, p.accent)
    for column, first in ((7, 54), (22, 54), (7, 91), (22, 91), (36, 91), (56, 91), (76, 91)):
        wide = 12 if first == 54 or column < 36 else 17
        for i in range(12 if first == 54 else 4):
            y = first + i * 2.9
            put(column, y, column + wide * (1 if rng.random() < 0.8 else 0.6), y + 1.3, p.mid)


@scene(OCHRE, RUST, SLATE, turns=False)
def glyphs(c: Canvas, p: Palette, rng: Random) -> None:
    """A clay tablet covered with wedge-shaped signs."""
    c.wash(p.deep, mix(p.deep, p.dusk, 0.7))
    c.glow((760, 420), 820, p.dusk, 0.9, fall=1.3)
    at, turn = (800, 505), rng.uniform(-9, -3)
    clay = mix(p.soft, p.mid, 0.25)
    knots = [
        (-400, -330),
        (0, -375),
        (390, -335),
        (425, 0),
        (395, 340),
        (10, 378),
        (-395, 345),
        (-430, 0),
    ]
    tablet = place(curve([(x + rng.uniform(-9, 9), y + rng.uniform(-9, 9)) for x, y in knots],
                         closed=True), at, turn)  # fmt: skip
    c.fill(place(tablet, (26, 34)), mix(p.deep, (0, 0, 0), 0.5), 0.55)
    c.fill(tablet, clay)
    c.round_shade(tablet, p.dusk, light=225, strength=0.85, start=0.25)
    for row in range(6):
        y = -262 + row * 104
        c.stroke(place([(-372, y + 80), (372, y + 80)], at, turn), 4, p.dusk, 0.55)
        x = -345.0
        while x < 300:
            x += _sign(c, p, rng, (x, y), at, turn) + rng.choice((22, 30, 62))
    crack = [(425, -120), (330, -60), (352, 10), (262, 62), (250, 120)]
    c.fill(ribbon(place(crack, at, turn), 9, 1), p.deep)


def _sign(c: Canvas, p: Palette, rng: Random, spot: Point, at: Point, turn: float) -> float:
    """A group of wedges pressed at ``spot``; gives its width."""
    x, y = spot
    kind = rng.randrange(4)
    wedges = (
        [(x + 10, y, 90), (x + 42, y, 90)],
        [(x, y + 14, 0), (x, y + 46, 0), (x + 78, y - 4, 90)],
        [(x + 12, y, 90), (x + 36, y + 4, 45), (x + 44, y + 54, 0)],
        [(x, y + 30, 0), (x + 40, y - 8, 90)],
    )[kind]
    wedge = [(0, -15), (20, -5), (72, 0), (20, 5), (0, 15), (6, 0)]
    for wx, wy, angle in wedges:
        for shift, tint in ((3.5, mix(p.paper, p.soft, 0.4)), (0, p.deep)):
            local = place(wedge, (wx + shift, wy + shift), angle)
            c.fill(place(local, at, turn), tint)
    return (58, 94, 116, 74)[kind]


@scene(OCHRE, EMBER, FOREST, SLATE)
def archive(c: Canvas, p: Palette, rng: Random) -> None:
    """Shelves of old volumes and a ladder."""
    c.wash(mix(p.deep, (0, 0, 0), 0.2), p.deep)
    hero = rng.randrange(6, 10)
    for shelf in range(3):
        foot = 330 + shelf * 322
        c.shade(box(-10, foot - 300, 1610, foot), mix(p.deep, (0, 0, 0), 0.6), -90, 0.7, grain=0.2)
        x, i = rng.uniform(-30, 0), 0
        while x < WIDTH:
            pulled = shelf == 1 and i == hero
            wide = 88 if pulled else rng.uniform(42, 98)
            _volume(c, p, rng, x, foot + (14 if pulled else 0), wide, pulled)
            x += wide + (rng.uniform(40, 90) if rng.random() < 0.05 else 2)
            i += 1
        c.fill(box(-10, foot, 1610, foot + 28), p.mid if p is not EMBER else p.dusk)
        c.shade(box(-10, foot, 1610, foot + 28), p.deep, 90, 0.8, start=0)
    _ladder(c, p, 1080)


def _volume(
    c: Canvas, p: Palette, rng: Random, x: float, foot: float, wide: float, pulled: bool
) -> None:
    tints = (p.dusk, p.mid, p.soft, mix(p.dusk, p.mid, 0.5), mix(p.soft, p.paper, 0.5), p.dusk)
    tint = p.accent if pulled else jitter(rng, rng.choice(tints), 7)
    high = 262 if pulled else rng.uniform(186, 258)
    spine = box(x, foot - high, x + wide, foot, 7)
    c.fill(spine, tint)
    c.shade(spine, p.deep, 0, 0.6, start=0.4, grain=0.2)
    trim = p.paper if sum(tint) < 400 else p.deep
    for share in rng.choice(((0.14, 0.82), (0.1, 0.16), (0.24,), (0.86,))):
        y = foot - high * (1 - share)
        c.fill(box(x, y, x + wide, y + 7), mix(tint, trim, 0.65))
    if wide > 72:
        c.fill(
            box(x + 11, foot - high * 0.66, x + wide - 11, foot - high * 0.48, 3),
            mix(tint, trim, 0.75),
        )


def _ladder(c: Canvas, p: Palette, x: float) -> None:
    lean = -0.13
    for rung in range(9):
        y = 1000 - rung * 118
        shift = (y - 1000) * lean
        c.path([(x - 90 + shift, y), (x + 90 + shift, y)], 16, mix(p.soft, p.mid, 0.35))
    for side in (-92, 92):
        line = [(x + side, 1030), (x + side - lean * 1060, -30)]
        c.stroke([(a + 12, b) for a, b in line], 26, p.deep, 0.5)
        c.stroke(line, 24, mix(p.soft, p.paper, 0.35))
        c.shade(ribbon(line, 24), p.dusk, 0, 0.6)


@scene(OCHRE, RUST, FOREST, INK, turns=False)
def manuscript(c: Canvas, p: Palette, rng: Random) -> None:
    """An open book with an illuminated initial and a small picture."""
    c.wash(p.dusk, p.deep)
    c.glow((760, 420), 900, p.mid, 0.55, fall=1.3)
    at, turn = (800, 505), rng.uniform(-7, -3)

    def put(points: Shape) -> Points:
        return place(points, at, turn, 1.1)

    c.fill(put(place(box(-520, -345, 520, 375, 14), (22, 34))), mix(p.deep, (0, 0, 0), 0.4), 0.6)
    c.fill(put(box(-524, -340, 524, 372, 14)), mix(p.accent, p.deep, 0.35))
    page = mix(p.paper, p.soft, 0.12)
    for lift in range(5, -1, -1):
        for side in (-1, 1):
            top = curve(
                [(0, -318), (side * 130, -346), (side * 330, -338), (side * (490 + lift * 4), -320)]
            )
            foot = [(x, y + 656 + lift * 4) for x, y in reversed(top)]
            leaf = put(top + foot)
            c.fill(leaf, mix(page, p.mid, 0.5 if lift % 2 else 0.12))
            if not lift:
                c.fill(leaf, page)
                c.shade(leaf, p.mid, 180 if side > 0 else 0, 0.8, start=0.62)
    _written_page(c, p, rng, put)
    _painted_page(c, p, rng, put)
    marker = curve([(16, -330), (26, 0), (10, 340), (40, 430), (30, 470)])
    c.stroke(put(marker), 17, p.accent if p is not OCHRE else p.mid)


Put = Callable[[Shape], Points]


def _lines(
    c: Canvas, rng: Random, put: Put, area: tuple[float, float, float, float], tint: Colour
) -> None:
    """Writing as rows of dashes."""
    x0, y0, x1, y1 = area
    y = y0
    while y < y1:
        x = x0
        while x < x1 - 18:
            end = min(x1, x + rng.uniform(22, 84))
            c.fill(put(box(x, y, end, y + 9, 4)), tint)
            x = end + 11
        y += 30


def _written_page(c: Canvas, p: Palette, rng: Random, put: Put) -> None:
    red = mix(p.accent, p.dusk, 0.1)
    c.fill(put(box(-440, -270, -270, -100, 6)), red)
    c.stroke(put(box(-428, -258, -282, -112)), 4, p.soft, closed=True)
    spiral = [polar((-355, -185), 6 + t * 1.02, t * 13) for t in range(56)]
    c.stroke(put(spiral), 9, p.paper)
    for t in range(14, 56, 6):
        c.fill(put(ellipse(polar((-355, -185), 14 + t * 1.02, t * 13), 13, 6, t * 13 + 50)), p.soft)
    vine = curve([(-458, -60), (-436, 30), (-470, 120), (-440, 210), (-466, 300)])
    c.stroke(put(vine), 6, p.dusk)
    for i in range(4, len(vine), 6):
        x, y = vine[i]
        c.fill(put(ellipse((x + (13 if i % 4 else -13), y), 13, 6, 40)), red if i % 3 else p.mid)
    ink = mix(p.deep, p.dusk, 0.4)
    _lines(c, rng, put, (-246, -262, -62, -90), ink)
    _lines(c, rng, put, (-400, -70, -62, 290), ink)


def _painted_page(c: Canvas, p: Palette, rng: Random, put: Put) -> None:
    frame = box(78, -270, 430, 20, 4)
    c.fill(put(box(66, -282, 442, 32, 6)), mix(p.accent, p.dusk, 0.1))
    c.fill(put(frame), p.soft)
    with c.within(put(frame)):
        c.fill(put(circle((330, -180), 52)), p.paper)
        for i in range(3):
            top = curve([(60, -120 + 50 * i), (180, -170 + 60 * i + rng.uniform(-20, 20)),
                         (310, -90 + 30 * i), (450, -130 + 50 * i)])  # fmt: skip
            c.fill(put([*top, (450, 40), (60, 40)]), mix(p.mid, p.deep, i / 2.6))
        c.fill(put([(150, -60), (150, -150), (172, -190), (194, -150), (194, -60)]), p.paper)
        c.fill(put([(144, -148), (172, -214), (200, -148)]), p.accent)
    ink = mix(p.deep, p.dusk, 0.4)
    _lines(c, rng, put, (70, 66, 436, 290), ink)
