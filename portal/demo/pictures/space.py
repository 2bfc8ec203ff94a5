"""The sky, and what people send into it or look at it with."""

import math
from random import Random

from .canvas import Canvas
from .colour import (
    EMBER,
    FOREST,
    INK,
    OCHRE,
    PETROL,
    PLUM,
    ROSE,
    RUST,
    SLATE,
    Colour,
    Palette,
    mix,
    sunlight,
)
from .scenes import scene
from .shapes import (
    TAU,
    WIDTH,
    Point,
    Points,
    Shape,
    arc,
    band,
    blob,
    box,
    circle,
    curve,
    ellipse,
    ground,
    place,
    polar,
    ribbon,
    ridge,
    scatter,
)


@scene(INK, PLUM, PETROL)
def galaxy(c: Canvas, p: Palette, rng: Random) -> None:
    """A spiral galaxy seen at an angle."""
    at, turn, squash = (800 + rng.uniform(-60, 60), 490), rng.uniform(-34, -16), 0.46
    c.wash(mix(p.deep, (0, 0, 0), 0.25), mix(p.deep, p.dusk, 0.35))
    c.stars(rng, 320, p.paper)
    c.glow(at, 720, p.dusk, 0.95, ry=400, turn=turn, fall=1.3)
    c.glow(at, 470, p.mid, 0.9, ry=240, turn=turn, fall=1.5)
    for i in range(3600):
        along, arm = rng.random() ** 0.75, rng.choice((0, 180))
        angle, radius = arm + along * 330 + rng.gauss(0, 13), 50 + 600 * along**1.15
        radius += rng.gauss(0, 10 + 30 * along)
        if i % 4 == 0:
            angle, radius = rng.uniform(0, 360), min(640, 40 + rng.expovariate(1 / 190))
        x, y = polar((0, 0), radius, angle)
        (spot,) = place([(x, y * squash)], at, turn)
        tint = mix(p.accent, rng.choice((p.soft, p.mid, p.soft, p.paper)), min(1, radius / 260))
        big = i % 4 and rng.random() < 0.06
        c.dot(
            spot, rng.uniform(6, 13) if big else rng.uniform(1.5, 4.4), tint, 0.25 if big else 0.8
        )
    c.glow(at, 190, p.accent, 0.9, ry=130, turn=turn, fall=1.4)
    c.glow(at, 110, p.paper, 1, ry=84, turn=turn, fall=1.1)


@scene(PLUM, INK, OCHRE, PETROL)
def planet(c: Canvas, p: Palette, rng: Random) -> None:
    """A banded planet with rings and a small moon."""
    at, radius, turn = (810, 500), 255, rng.uniform(-26, -14)
    c.wash(p.deep, mix(p.deep, p.dusk, 0.8))
    c.glow((at[0] - 150, at[1] - 120), 760, p.dusk, 0.7, fall=1.5)
    c.stars(rng, 230, p.paper)
    rings = _rings(rng, p, radius)
    _half_rings(c, at, turn, rings, 180)
    _banded_globe(c, p, rng, at, radius, turn)
    with c.within(circle(at, radius)):
        shadow = band(at, radius * 1.25, radius * 1.9, 10, 170, squash=0.24, turn=turn)
        c.fill(place(shadow, (0, 26)), p.deep, 0.35)
    _half_rings(c, at, turn, rings, 0)
    moon_at = polar(at, 420, rng.uniform(-150, -120))
    c.ball(moon_at, 40, p.soft, p.deep)


def _rings(rng: Random, p: Palette, radius: float) -> list[tuple[float, float, Colour]]:
    edge, rings = radius * 1.28, []
    while edge < radius * 1.98:
        width = rng.uniform(14, 42)
        rings.append((edge, edge + width, mix(p.paper, rng.choice((p.soft, p.mid)), rng.random())))
        edge += width + rng.choice((4, 6, 14))
    return rings


def _half_rings(
    c: Canvas, at: Point, turn: float, rings: list[tuple[float, float, Colour]], start: float
) -> None:
    for inner, outer, colour in rings:
        c.fill(band(at, inner, outer, start, start + 180, squash=0.24, turn=turn), colour)


def _banded_globe(
    c: Canvas, p: Palette, rng: Random, at: Point, radius: float, turn: float
) -> None:
    c.fill(circle(at, radius), p.accent)
    with c.within(circle(at, radius)):
        edge = -radius
        while edge < radius:
            depth = rng.uniform(22, 62)
            tint = mix(p.accent, *rng.choice(((p.paper, 0.35), (p.paper, 0.65), (p.deep, 0.14))))
            sag = arc((0, edge), radius * 1.1, radius * 0.2, 180, 0)
            back = arc((0, edge + depth), radius * 1.1, radius * 0.2, 0, 180)
            c.fill(place(sag + back, at, turn), tint)
            edge += depth
    c.round_shade(circle(at, radius), p.deep, light=215, strength=0.95, start=0.28)


@scene(INK, SLATE, PLUM, FOREST)
def moon(c: Canvas, p: Palette, rng: Random) -> None:
    """A full moon over wooded hills."""
    at, radius = (960 + rng.uniform(-60, 60), 400), 265
    c.wash(p.deep, p.dusk, mix(p.dusk, p.mid, 0.8))
    c.stars(rng, 180, p.paper, below=700)
    c.glow(at, 680, p.soft, 0.55, fall=2)
    c.fill(circle(at, radius), p.paper)
    with c.within(circle(at, radius)):
        for dx, dy, size in ((-90, -80, 105), (50, -120, 70), (-130, 50, 80), (100, 20, 62)):
            spot = at[0] + dx + rng.uniform(-20, 20), at[1] + dy + rng.uniform(-20, 20)
            c.fill(blob(rng, spot, size, 0.16), mix(p.paper, p.mid, 0.28))
        for spot in scatter(rng, 20, 46, [(at[0] - 240, at[1] - 240), (at[0] + 240, at[1] + 240)]):
            rim = rng.uniform(6, 20)
            c.dot(spot, rim, mix(p.paper, p.mid, 0.42))
            c.dot((spot[0] + rim * 0.2, spot[1] + rim * 0.2), rim * 0.78, p.paper)
    c.round_shade(circle(at, radius), p.dusk, light=215, strength=0.8, start=0.36)
    for i, tint in enumerate((mix(p.dusk, p.mid, 0.5), p.dusk, mix(p.deep, p.dusk, 0.4))):
        line = ridge(rng, 720 + 90 * i, 46)
        c.fill(ground(line), tint)
        _forest(c, rng, line, tint, 22 + 20 * i)


def _forest(c: Canvas, rng: Random, line: Shape, tint: Colour, size: float) -> None:
    """Firs along a line of hills, in clumps."""
    phase = rng.uniform(0, TAU)
    for x, y in line:
        clump = 0.55 + 0.6 * math.sin(x / 150 + phase) + 0.4 * math.sin(x / 67 + 2 * phase)
        high = size * clump * rng.uniform(1.3, 2.9)
        if high > size * 0.4:
            half = 3 + high * 0.17
            c.fill([(x - half, y + 8), (x, y - high), (x + half, y + 8)], tint)


@scene(EMBER, RUST, PLUM)
def sun(c: Canvas, p: Palette, rng: Random) -> None:
    """The sun's disc with prominences, in a woodcut's rays."""
    at, radius = (770, 500), 225
    c.wash(p.deep, p.dusk)
    count = rng.choice((28, 32, 36))
    for i in range(count):
        length, half = (1500, 2.3) if i % 2 else (620, 1.5)
        angle = i * 360 / count + 3
        c.fill([polar(at, radius, angle - half), polar(at, length, angle - half * 0.7),
                polar(at, length, angle + half * 0.7), polar(at, radius, angle + half)],
               mix(p.dusk, p.mid, 0.75 if i % 2 else 0.4))  # fmt: skip
    c.glow(at, 620, p.mid, 0.85, fall=1.2)
    for grow, tint in ((1.42, p.mid), (1.22, p.soft)):
        for i in range(26):
            _flame(c, rng, at, radius * grow, i * 360 / 26, tint)
        c.fill(circle(at, radius * grow * 0.93), tint)
    c.ball(at, radius, sunlight(p), p.mid, light=225, strength=0.8, start=0.3)
    group = polar(at, radius * 0.55, rng.uniform(-75, 30))
    for dx, dy, size in ((0, 0, 15), (32, 9, 9), (47, -4, 5)):
        c.fill(blob(rng, (group[0] + dx, group[1] + dy), size, 0.2), p.mid)


def _flame(c: Canvas, rng: Random, at: Point, radius: float, angle: float, tint: Colour) -> None:
    """A tongue of fire on a disc's edge, bent to one side."""
    angle += rng.uniform(-4, 4)
    tip, half = radius * rng.uniform(1.06, 1.24), 9.5
    left = curve([polar(at, radius * 0.9, angle - half), polar(at, radius, angle - 2),
                  polar(at, tip, angle + 9)])  # fmt: skip
    right = curve([polar(at, tip, angle + 9), polar(at, radius * 1.0, angle + 6),
                   polar(at, radius * 0.9, angle + half)])  # fmt: skip
    c.fill(left + right, tint)


@scene(INK, PETROL, PLUM, SLATE)
def comet(c: Canvas, p: Palette, rng: Random) -> None:
    """A comet with two tails above a quiet shore."""
    head, heading = (1010, 560), rng.uniform(203, 212)
    c.wash(mix(p.deep, (0, 0, 0), 0.2), p.deep, p.dusk, mix(p.dusk, p.mid, 0.7))
    c.stars(rng, 260, p.paper, below=780)
    for share, spread, tint, bend in ((1.0, 9, p.mid, 9), (0.9, 4.5, p.soft, -5)):
        for _ in range(34):
            lean = rng.gauss(0, spread * 0.5)
            length = 1180 * share * rng.uniform(0.45, 1)
            knots = [
                polar(head, length * t, heading + lean + bend * (0.3 + t)) for t in (0, 0.5, 1)
            ]
            c.fill(ribbon(curve(knots), 24, 2), tint, 0.2)
    c.glow(head, 330, p.soft, 0.7, fall=2.2)
    c.glow(head, 120, p.accent, 0.9, fall=1.2)
    c.dot(head, 42, p.paper)
    shore = ridge(rng, 800, 26, rough=0.8)
    c.fill(ground(shore), mix(p.deep, p.dusk, 0.55))
    c.fill(box(-10, 846, 1610, 1010), mix(p.dusk, p.mid, 0.45))
    for _ in range(46):
        x, y = rng.gauss(head[0], 130), 850 + 150 * rng.random() ** 1.4
        half = rng.uniform(16, 70)
        c.fill(ellipse((x, y), half, 3), p.paper if rng.random() < 0.3 else p.soft, 0.6)
    near = ridge(rng, 960, 40)
    c.fill(ground(near), p.deep)
    _forest(c, rng, near, p.deep, 34)


@scene(RUST, EMBER)
def mars(c: Canvas, p: Palette, rng: Random) -> None:
    """A rover among the mesas of Mars under a small, pale sun."""
    c.wash(mix(p.mid, p.soft, 0.3), p.soft, p.paper)
    sun_at = (560 + rng.uniform(-60, 60), 290)
    c.glow(sun_at, 430, p.paper, 0.9, fall=1.4)
    c.dot(sun_at, 62, mix(p.paper, (255, 255, 255), 0.6))
    for i, share in enumerate((0.25, 0.5, 0.8)):
        tint = mix(p.soft, p.mid, share)
        shape = ground(_mesas(rng, 520 + 70 * i, 130 - 14 * i))
        c.fill(shape, tint)
        c.shade(shape, mix(tint, p.dusk, 0.5), 90, 0.35, start=0.1)
    for i, tint in enumerate((p.mid, mix(p.mid, p.dusk, 0.55), p.dusk)):
        shape = ground(ridge(rng, 740 + 100 * i, 30))
        c.fill(shape, tint)
        c.shade(shape, p.dusk if i < 2 else p.deep, 90, 0.6, start=0.05)
    for spot in scatter(rng, 26, 50, [(0, 800), (1600, 980)]):
        c.fill(blob(rng, spot, rng.uniform(6, 20), 0.2), mix(p.dusk, p.deep, rng.random()))
    for shift in (0, 34):
        track = curve([(1040, 846 + shift), (1250, 880 + shift), (1640, 868 + shift)])
        c.stroke(track, 8, p.deep, 0.5)
    _rover(c, p, (930, 855))


def _mesas(rng: Random, base: float, high: float) -> Points:
    """A stepped skyline."""
    line: Points = [(-20, base)]
    x = rng.uniform(-40, 120)
    while x < WIDTH:
        top, wide, slope = high * rng.uniform(0.4, 1), rng.uniform(90, 300), rng.uniform(14, 46)
        step = base - top * 0.45
        line += [(x, base), (x + slope, step), (x + slope * 1.5, step)]
        line += [(x + slope * 1.8, base - top), (x + slope * 1.8 + wide, base - top)]
        line += [(x + slope * 2.2 + wide, step), (x + slope * 2.8 + wide, step)]
        x += slope * 4 + wide
        line.append((x, base))
        x += rng.uniform(40, 220)
    return [*line, (WIDTH + 20, base)]


def _rover(c: Canvas, p: Palette, at: Point) -> None:
    x, y = at
    c.fill(ellipse((x, y + 44), 190, 16), p.deep, 0.55)
    c.path([(x - 130, y), (x - 60, y - 44), (x + 60, y - 44), (x + 128, y)], 10, p.deep)
    c.path([(x, y), (x + 60, y - 44)], 10, p.deep)
    c.fill(box(x - 118, y - 118, x + 118, y - 56, 12), p.paper)
    c.fill(box(x - 150, y - 132, x + 110, y - 112, 6), p.accent)
    c.shade(box(x - 118, y - 112, x + 118, y - 56), p.dusk, 60, 0.6)
    c.path([(x - 84, y - 130), (x - 84, y - 236)], 12, p.paper)
    c.fill(box(x - 130, y - 276, x - 50, y - 230, 8), p.paper)
    c.dot((x - 108, y - 253), 13, p.deep)
    c.dot((x - 74, y - 253), 9, p.deep)
    c.path([(x + 64, y - 130), (x + 78, y - 176)], 8, p.paper)
    c.fill(arc((x + 84, y - 190), 54, 54, 10, 190, -30), p.paper)
    for dx in (-130, 0, 128):
        c.dot((x + dx, y + 8), 38, p.deep)
        c.dot((x + dx, y + 8), 20, p.soft)
        c.dot((x + dx, y + 8), 8, p.deep)


@scene(EMBER, INK, PETROL, ROSE)
def rocket(c: Canvas, p: Palette, rng: Random) -> None:
    """A rocket climbing in a long curve past a low sun."""
    c.wash(p.deep, p.dusk, mix(p.mid, p.soft, 0.3))
    c.stars(rng, 120, p.paper, below=560)
    disc = (600 + rng.uniform(-40, 60), 560)
    for radius, alpha in ((430, 0.16), (340, 0.22), (250, 1)):
        c.fill(circle(disc, radius), p.soft if alpha < 1 else mix(sunlight(p), p.paper, 0.3), alpha)
    c.shade(circle(disc, 250), mix(p.mid, p.soft, 0.4), 90, 0.9, start=0.45, grain=0.3)
    flight = curve([(420, 1100), (560, 860), (770, 610), (1010, 392)])
    c.fill(ribbon(flight, 190, 26), p.paper, 0.9)
    c.shade(ribbon(flight, 190, 26), p.mid, 110, 0.55, start=0.45)
    for i, tint in enumerate((mix(p.mid, p.paper, 0.35), mix(p.soft, p.paper, 0.55), p.paper)):
        for x in range(-60, 1700, 110):
            y = 880 + 60 * i + rng.uniform(-26, 26) + abs(x - 420) * 0.03
            c.dot((x + rng.uniform(-40, 40), y + 70), rng.uniform(74, 128), tint)
        for dx in (-120, -40, 50, 130):
            c.dot((470 + dx, 880 + 62 * i + rng.uniform(-20, 20)), rng.uniform(60, 96), tint)
    c.shade(box(0, 860, 1600, 1000), p.mid, 90, 0.5, start=0.35)
    _rocket_body(c, p, (1080, 322), 49, 1.12)


def _rocket_body(c: Canvas, p: Palette, at: Point, turn: float, scale: float) -> None:
    def put(points: Shape) -> Points:
        return place(points, at, turn, scale)

    c.fill(put(curve([(-30, 120), (-22, 190), (0, 270), (22, 190), (30, 120)])), p.accent)
    c.fill(put(curve([(-16, 120), (-10, 160), (0, 205), (10, 160), (16, 120)])), p.paper)
    for side in (-1, 1):
        c.fill(put([(side * 40, 20), (side * 104, 130), (side * 98, 170), (side * 36, 118)]),
               mix(p.accent, p.mid, 0.35 + 0.3 * side))  # fmt: skip
    half = [(0, -230), (34, -160), (54, -70), (58, 10), (46, 90), (34, 130)]
    hull = curve(half) + curve([(-x, y) for x, y in reversed(half)])
    c.fill(put(hull), p.paper)
    with c.within(put(hull)):
        c.fill(put(box(-80, -240, 80, -140)), p.accent)
        c.fill(put(box(-80, 84, 80, 140)), p.dusk)
    c.shade(put(hull), p.deep, turn + 10, 0.7, start=0.42)
    c.fill(put(circle((0, -60), 27)), p.dusk)
    c.fill(put(circle((0, -60), 18)), p.soft)
    c.fill(put(box(-5, 40, 5, 172, 5)), mix(p.accent, p.mid, 0.6))


@scene(INK, PLUM, FOREST, SLATE)
def telescope(c: Canvas, p: Palette, rng: Random) -> None:
    """An observatory under stars that turn about the pole."""
    pole = (620 + rng.uniform(-50, 50), 330)
    c.wash(p.deep, mix(p.deep, p.dusk, 0.8), mix(p.dusk, p.mid, 0.7))
    c.glow((900, 930), 900, p.soft, 0.4, ry=420)
    for _ in range(270):
        radius, start = 24 + 1100 * rng.random() ** 0.75, rng.uniform(0, 360)
        line = arc(pole, radius, radius, start, start + rng.uniform(16, 34))
        tint = rng.choice((p.paper, p.paper, p.soft, p.accent))
        c.stroke(line, rng.choice((2, 2.5, 3.5)), tint, rng.uniform(0.3, 0.9))
    c.dot(pole, 5, p.paper)
    far = ground(ridge(rng, 800, 50))
    c.fill(far, mix(p.dusk, p.mid, 0.25))
    c.shade(far, p.deep, 90, 0.5, start=0)
    _dome(c, p, (1000, 720), 205)
    hill = curve([(-40, 1000), (400, 930), (800, 860), (1020, 842), (1300, 868), (1640, 950)])
    c.fill(ground(hill), p.deep)
    _forest(c, rng, curve([(-20, 975), (250, 950), (560, 915)]), p.deep, 34)


def _dome(c: Canvas, p: Palette, at: Point, radius: float) -> None:
    x, y = at
    wall = box(x - radius * 0.92, y, x + radius * 0.92, y + 160)
    roof = arc(at, radius, radius, 180, 360)
    c.fill(wall, p.soft)
    c.shade(wall, p.deep, 0, 0.85, start=0.15)
    c.fill(roof, p.paper)
    with c.within(roof):
        c.round_shade(circle((x, y), radius), p.deep, light=215, strength=0.85, start=0.4)
        slit = place(box(-34, -radius * 1.05, 34, -20), at, -32)
        c.fill(slit, p.deep)
        c.fill(place(box(-20, -radius * 1.05, 20, -30), at, -32), p.accent)
    tube = place(box(-15, -radius * 1.22, 15, -60, 6), at, -32)
    c.fill(tube, p.dusk)
    c.fill(box(x - radius - 10, y - 8, x + radius + 10, y + 14, 8), p.dusk)
    for dx in (-120, -58):
        c.fill(box(x + dx, y + 48, x + dx + 30, y + 92, 5), sunlight(p))
