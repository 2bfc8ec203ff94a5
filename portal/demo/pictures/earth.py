"""The earth: its ice, its waters, its people."""

from itertools import pairwise
from random import Random

from .canvas import Canvas
from .colour import FOREST, GLACIER, INK, OCHRE, PETROL, RUST, Colour, Palette, mix, sunlight
from .scenes import scene
from .shapes import (
    Point,
    Points,
    Shape,
    arch,
    box,
    circle,
    curve,
    ellipse,
    ground,
    mix_points,
    place,
    polar,
    ridge,
    scatter,
)


@scene(GLACIER, INK, PETROL)
def ice(c: Canvas, p: Palette, rng: Random) -> None:
    """An iceberg, most of it under the water."""
    level = 430
    c.wash(mix(p.soft, p.mid, 0.15), mix(p.paper, p.soft, 0.3), p.paper, p.paper)
    sun_at = (1120 + rng.uniform(-60, 60), 250)
    c.glow(sun_at, 330, p.accent, 0.35)
    c.dot(sun_at, 68, p.accent)
    far = [(x, min(y, level)) for x, y in ridge(rng, level - 30, 50, rough=1.6, step=36)]
    c.fill([*far, (1620, level), (-20, level)], mix(p.soft, p.mid, 0.3))
    sea = box(-10, level, 1610, 1010)
    c.fill(sea, p.mid)
    c.shade(sea, p.deep, 90, 1, start=-0.05, grain=0.25)
    x = 740
    tops = [(x - 300, level), (x - 215, 330), (x - 150, 300), (x - 70, 150 + rng.uniform(-20, 30)),
            (x + 10, 96), (x + 70, 190), (x + 150, 230), (x + 225, 352),
            (x + 290, level)]  # fmt: skip
    _berg(c, rng, tops, (x + 30, level), mix(p.paper, (255, 255, 255), 0.5), p.mid, p.soft)
    roots = [(x - 330, level), (x - 400, 560), (x - 330, 700), (x - 210, 790), (x - 90, 925),
             (x + 20, 880), (x + 160, 830), (x + 270, 690), (x + 380, 570),
             (x + 320, level)]  # fmt: skip
    _berg(c, rng, roots, (x - 10, level + 60), mix(p.soft, p.mid, 0.35), p.deep, p.mid)
    c.fill(box(-10, level - 3, 1610, level + 5), p.paper, 0.85)
    for _ in range(30):
        spot = rng.uniform(0, 1600), level + 12 + 60 * rng.random() ** 2
        c.fill(ellipse(spot, rng.uniform(20, 90), 2.5), p.paper, 0.4)


def _berg(
    c: Canvas, rng: Random, edge: Shape, heart: Point, light: Colour, dark: Colour, half: Colour
) -> None:
    """A faceted block: one triangle from the heart to every stretch of the edge."""
    c.fill(edge, half)
    for i, (one, two) in enumerate(pairwise(edge)):
        middle = mix_points(one, two, 0.5)
        inner = mix_points(heart, middle, rng.uniform(0.25, 0.5))
        side = (middle[0] - heart[0]) / 300 + (0.35 if i % 2 else -0.2)
        tint = mix(light, dark, max(0.0, min(0.75, 0.25 + 0.4 * side)))
        c.fill([one, two, inner], tint)
        c.fill([one, inner, heart], mix(tint, light, 0.45))
        c.fill([inner, two, heart], mix(tint, dark, 0.22))
    c.shade(edge, dark, 40, 0.4, start=0.4)


@scene(GLACIER, PETROL, INK)
def ocean(c: Canvas, p: Palette, rng: Random) -> None:
    """A whale in the depths, with light falling from the surface."""
    c.wash(mix(p.soft, p.paper, 0.2), mix(p.mid, p.soft, 0.4), p.mid, p.dusk, p.deep)
    for _ in range(9):
        top, lean, wide = rng.uniform(100, 1300), rng.uniform(60, 190), rng.uniform(24, 80)
        foot = rng.uniform(480, 860)
        shaft = [(top, -10), (top + wide, -10), (top + lean + wide * 2.4, foot), (top + lean, foot)]
        c.fill(shaft, p.paper, 0.1)
    for i, share in enumerate((0.45, 0.8)):
        bed = ground(ridge(rng, 830 + 80 * i, 60, rough=0.7))
        c.fill(bed, mix(p.dusk, p.deep, share))
        c.shade(bed, mix(p.deep, (0, 0, 0), 0.3), 90, 0.5, start=0.1)
    _whale(c, p, (770, 480), rng.uniform(-10, -3), 1.12)
    for x, y in scatter(rng, 24, 34, [(1000, 640), (1360, 780)]):
        fish = [(-16, 0), (0, -6), (12, 0), (20, -7), (20, 7), (12, 0), (0, 6)]
        c.fill(place(fish, (x, y), 4), p.accent if rng.random() < 0.3 else p.soft)
    for i in range(12):
        spot = 420 - i * 7 + rng.uniform(-20, 20), 380 - i * 32
        c.stroke(circle(spot, rng.uniform(5, 13)), 3, p.paper, 0.7, closed=True)


def _whale(c: Canvas, p: Palette, at: Point, turn: float, scale: float) -> None:
    def put(*knots: Point) -> Points:
        return place(curve(knots, closed=True), at, turn, scale)

    c.fill(put((-40, 60), (40, 150), (120, 196), (112, 150), (60, 70)), mix(p.dusk, p.deep, 0.7))
    body = put((-400, 20), (-380, -40), (-290, -92), (-140, -118), (40, -104), (170, -58),
               (270, -22), (340, -20), (390, -62), (448, -84), (436, -40), (410, -6), (436, 40),
               (442, 76), (392, 44), (330, 14), (240, 34), (110, 88), (-60, 118), (-230, 108),
               (-350, 72))  # fmt: skip
    skin = mix(p.deep, p.dusk, 0.35)
    c.fill(body, skin)
    with c.within(body):
        belly = put((-430, 40), (-300, 44), (-120, 62), (60, 66), (150, 74), (60, 160), (-300, 160))
        c.fill(belly, mix(p.soft, p.paper, 0.4))
        for i in range(7):
            groove = curve([(-420, 44 + i * 13), (-250, 54 + i * 14), (-40, 78 + i * 12)])
            c.stroke(place(groove, at, turn, scale), 3, p.mid)
        c.shade(body, p.mid, -90, 0.75, start=0.45)
    c.fill(put((-120, 66), (-60, 150), (30, 214), (44, 190), (0, 120), (-30, 62)), p.deep)
    c.fill(place(circle((-268, 16), 8), at, turn, scale), p.paper)


@scene(RUST, OCHRE, FOREST, INK)
def village(c: Canvas, p: Palette, rng: Random) -> None:
    """A village among fields in the evening."""
    c.wash(p.soft, mix(p.paper, p.soft, 0.35), p.paper)
    disc = (1090 + rng.uniform(-60, 40), 280)
    c.fill(circle(disc, 165), mix(sunlight(p), p.paper, 0.3))
    for i, share in enumerate((0.3, 0.62)):
        far = ground(ridge(rng, 450 + 70 * i, 60))
        c.fill(far, mix(p.soft, p.mid, share))
        c.shade(far, mix(p.mid, p.dusk, 0.4), 90, 0.4, start=0)
    _fields(c, p, rng)
    homes = sorted(((470 + i * 116 + rng.uniform(-20, 20), 650 + rng.uniform(0, 80) + 44 * (i % 2))
                    for i in range(7)), key=lambda home: home[1])  # fmt: skip
    _church(c, p, (740, 660))
    for x, y in homes:
        _house(c, p, rng, (x, y), rng.uniform(1.15, 1.5))
    for _ in range(20):
        x = rng.choice((rng.uniform(60, 520), rng.uniform(1190, 1560)))
        _tree(c, p, rng, (x, rng.uniform(600, 900)))
    near = ground(ridge(rng, 930, 26))
    c.fill(near, p.deep)


def _fields(c: Canvas, p: Palette, rng: Random) -> None:
    """Fields as stripes running towards the viewer."""
    line = ridge(rng, 610, 22, rough=0)
    hill = ground(line)
    c.fill(hill, p.mid)
    with c.within(hill):
        eye, spread = (rng.uniform(600, 1000), 380), rng.uniform(0, 10)
        for i in range(0, 180, 12):
            wide = rng.choice((6, 12, 12))
            a, b = polar(eye, 1600, i + spread), polar(eye, 1600, i + spread + wide)
            tint = rng.choice((p.soft, p.mid, mix(p.mid, p.dusk, 0.45), mix(p.soft, p.paper, 0.35)))
            c.fill([eye, a, b], tint)
    c.shade(hill, p.dusk, 90, 0.7, start=0.1)


def _house(c: Canvas, p: Palette, rng: Random, at: Point, scale: float) -> None:
    def put(*points: Point) -> Points:
        return place(points, at, 0, scale)

    roof = rng.choice((p.dusk, p.deep, mix(p.accent, p.dusk, 0.25)))
    c.fill(put((-36, 0), (-36, -50), (0, -92), (36, -50), (36, 0)), p.paper)
    c.fill(put((36, 0), (36, -50), (118, -50), (118, 0)), mix(p.paper, p.mid, 0.35))
    c.fill(put((-4, -98), (86, -98), (126, -46), (40, -46)), roof)
    c.fill(put((-44, -46), (-4, -98), (4, -92), (-34, -44)), roof)
    c.fill(put((62, -96), (62, -124), (78, -124), (78, -96)), p.dusk)
    c.fill(put((-12, 0), (-12, -34), (12, -34), (12, 0)), p.dusk)
    for x in (56, 86):
        c.fill(put((x, -14), (x, -36), (x + 16, -36), (x + 16, -14)), p.deep)


def _church(c: Canvas, p: Palette, at: Point) -> None:
    x, y = at
    tower = box(x - 36, y - 290, x + 36, y)
    c.fill(tower, p.paper)
    c.shade(tower, p.mid, 0, 0.7, start=0.4)
    c.fill([(x - 48, y - 286), (x, y - 440), (x + 48, y - 286)], p.dusk)
    c.shade([(x - 48, y - 286), (x, y - 440), (x + 48, y - 286)], p.deep, 0, 0.8)
    nave = box(x + 36, y - 130, x + 210, y)
    c.fill(nave, mix(p.paper, p.mid, 0.2))
    c.fill([(x + 36, y - 130), (x + 66, y - 214), (x + 186, y - 214), (x + 220, y - 130)], p.dusk)
    c.fill(arch(x, y - 200, 30, 62), p.deep)
    for i in range(3):
        c.fill(arch(x + 72 + i * 50, y - 40, 22, 60), p.deep)


def _tree(c: Canvas, p: Palette, rng: Random, at: Point) -> None:
    x, y = at
    size = 26 + (y - 560) * 0.12
    tint = mix(p.dusk, p.deep, rng.random())
    c.fill(box(x - 3, y - size, x + 3, y + size * 0.5), p.deep)
    tall = rng.uniform(1.1, 2.4)
    crown = ellipse((x, y - size * tall), size * 0.72, size * tall)
    c.fill(crown, tint)
    c.round_shade(crown, p.deep, light=205, strength=0.7)
