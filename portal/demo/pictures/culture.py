"""What people build and paint."""

import math
from random import Random

from .canvas import Canvas
from .colour import (
    EMBER,
    FOREST,
    GLACIER,
    OCHRE,
    PETROL,
    ROSE,
    RUST,
    SLATE,
    Colour,
    Palette,
    jitter,
    mix,
    sunlight,
)
from .scenes import scene
from .shapes import (
    HEIGHT,
    TAU,
    WIDTH,
    Point,
    Points,
    arc,
    arch,
    blob,
    box,
    circle,
    curve,
    ellipse,
    mix_points,
    place,
    polar,
    ribbon,
    scatter,
)


@scene(OCHRE, ROSE, GLACIER, SLATE)
def cathedral(c: Canvas, p: Palette, rng: Random) -> None:
    """A cathedral above the roofs of its town, with the sun behind it."""
    c.wash(mix(p.mid, p.soft, 0.55), p.soft, p.paper)
    disc = (960 + rng.uniform(-30, 60), 420)
    c.glow(disc, 620, p.paper, 0.8, fall=1.5)
    c.fill(circle(disc, 270), mix(p.paper, sunlight(p), 0.7))
    for i in range(2):
        _roofs(c, rng, 850 + 40 * i, 80, mix(p.soft, p.mid, 0.35 + 0.4 * i))
    x, foot, stone = 760, 940, mix(p.mid, p.paper, 0.3)
    _nave(c, p, (x, foot), stone)
    for side in (-1, 1):
        _tower(c, p, x + side * 178, foot, stone)
    for dx, wide, high in ((-178, 84, 170), (0, 130, 250), (178, 84, 170)):
        for shrink, tint in ((1, p.paper), (0.86, p.dusk), (0.6, p.deep)):
            c.fill(arch(x + dx, foot, wide * shrink, high * (0.4 + 0.6 * shrink)), tint)
    _roofs(c, rng, 950, 50, p.deep)
    for spot in scatter(rng, 7, 60, [(340, 140), (1240, 330)]):
        _gull(c, spot, rng.uniform(16, 30), p.deep)


def _nave(c: Canvas, p: Palette, at: Point, stone: Colour) -> None:
    """The middle of the front, and the side of the church receding to the right."""
    x, foot = at
    side = [(x + 110, foot), (x + 110, 500), (x + 470, 560), (x + 470, foot)]
    c.fill([(x + 60, 330), (x + 110, 500), (x + 490, 570), (x + 450, 420)], p.dusk)
    c.shade([(x + 60, 330), (x + 110, 500), (x + 490, 570), (x + 450, 420)], p.deep, 60, 0.7)
    c.fill(side, mix(stone, p.dusk, 0.55))
    for i in range(3):
        bay = x + 296 + 66 * i
        c.fill(arch(bay, 850, 30, 190 - 12 * i), p.deep)
        c.fill(arch(bay + 33, foot, 22, 420 - 14 * i), mix(stone, p.dusk, 0.3))
    front = [(x - 112, foot), (x - 112, 400), (x, 250), (x + 112, 400), (x + 112, foot)]
    c.fill(front, stone)
    c.shade(front, p.dusk, 60, 0.6, start=0.2)
    _rose_window(c, p, (x, 480), 92)
    for i in range(5):
        c.fill(arch(x - 84 + 42 * i, 672, 26, 76), p.deep)


def _tower(c: Canvas, p: Palette, x: float, foot: float, stone: Colour) -> None:
    spire, body = [(x - 70, 386), (x, 66), (x + 70, 386)], box(x - 76, 380, x + 76, foot)
    c.path([(x, 84), (x, 34)], 5, p.deep)
    c.fill(spire, p.dusk)
    c.shade(spire, p.deep, 0, 0.9, start=0.4)
    c.fill(body, stone)
    c.shade(body, p.dusk, 0, 0.85, start=0.3)
    for side in (-1, 1):
        peak = x + side * 66
        c.fill([(peak - 15, 392), (peak, 312), (peak + 15, 392)], p.dusk)
        c.fill(arch(x + side * 30, 580, 36, 150), p.deep)
    for y in (380, 606, 740):
        c.fill(box(x - 82, y, x + 82, y + 12), mix(stone, p.paper, 0.5))
    c.fill(arch(x, 722, 40, 92), p.deep)


def _rose_window(c: Canvas, p: Palette, at: Point, radius: float) -> None:
    c.dot(at, radius, p.paper)
    c.dot(at, radius - 9, p.deep)
    for i in range(12):
        petal = ellipse(polar(at, radius * 0.58, i * 30), radius * 0.27, radius * 0.115, i * 30)
        c.fill(petal, p.accent if i % 2 else p.soft)
        c.dot(polar(at, radius * 0.8, i * 30 + 15), radius * 0.07, p.paper)
    c.dot(at, radius * 0.2, p.paper)


def _roofs(c: Canvas, rng: Random, base: float, high: float, tint: Colour) -> None:
    """A skyline of gables and chimneys."""
    x = -40.0
    while x < WIDTH + 40:
        wide, top = rng.uniform(50, 120), base - high * rng.uniform(0.2, 1)
        c.fill([(x, 1010), (x, top), (x + wide / 2, top - wide * 0.42), (x + wide, top),
                (x + wide, 1010)], tint)  # fmt: skip
        if rng.random() < 0.5:
            c.fill(box(x + wide * 0.7, top - wide * 0.38, x + wide * 0.84, top), tint)
        x += wide


def _gull(c: Canvas, at: Point, size: float, tint: Colour) -> None:
    wings = curve([(-size, -size * 0.25), (-size * 0.5, -size * 0.45), (0, 0),
                   (size * 0.5, -size * 0.45), (size, -size * 0.25)])  # fmt: skip
    c.stroke(place(wings, at), 4.5, tint)


@scene(PETROL, OCHRE, ROSE, GLACIER)
def mosaic(c: Canvas, p: Palette, rng: Random) -> None:
    """A round floor mosaic: a flower within a plaited border."""
    at, grout, petals = (800, 500), mix(p.mid, p.soft, 0.8), rng.choice((6, 8))
    c.wash(grout, grout)
    radius = 0.0
    while radius < 960:
        size = 30 if radius < 320 else 40 if radius < 460 else 64
        radius += size
        count = petals * max(1, round(TAU * (radius - size / 2) / size / petals))
        for i in range(count):
            angle = (i + 0.5) * 360 / count
            x, y = polar(at, radius, angle)
            if -30 < x < WIDTH + 30 and -30 < y < HEIGHT + 30:
                tint = jitter(rng, _tessera(p, radius, math.radians(angle), petals), 6)
                c.fill(_stone(rng, at, radius - size / 2, angle, 360 / count, size), tint)
    c.shade(box(0, 0, 1600, 1000), p.deep, 60, 0.35, start=0.4, grain=0)


def _stone(rng: Random, at: Point, radius: float, angle: float, step: float, size: float) -> Points:
    """A slightly uneven piece of a ring."""
    half, gap = size / 2 - 1.8, math.degrees(1.8 / radius)
    corners = [(r, a) for r, a in zip((-half, half, half, -half), (-1, -1, 1, 1), strict=True)]
    return [
        polar(at, radius + r + rng.uniform(-1.2, 1.2), angle + a * (step / 2 - gap))
        for r, a in corners
    ]


def _tessera(p: Palette, radius: float, angle: float, petals: int) -> Colour:
    """The colour of a stone by its place in the pattern."""
    if radius < 90:
        return p.accent if radius > 40 else p.paper
    if radius < 330:
        tip = 110 + 200 * abs(math.cos(petals / 2 * angle)) ** 0.7
        leaf = 110 + 170 * abs(math.sin(petals / 2 * angle)) ** 4
        if radius < tip:
            return p.paper if radius > tip - 55 else p.soft if radius > tip - 125 else p.mid
        return p.mid if radius < leaf else p.dusk
    if radius < 450:
        twist = math.sin(petals * 2 * angle + (radius - 390) / 22)
        return p.accent if radius < 360 else p.deep if twist > 0 else p.soft
    return (
        p.accent if radius < 480 else mix(p.paper, p.soft, 0.9 if radius // 64 % 3 == 1 else 0.25)
    )


@scene(RUST, OCHRE, EMBER)
def fresco(c: Canvas, p: Palette, rng: Random) -> None:
    """A painted garden on an old wall that has lost some of its plaster."""
    wall = p.mid if p is not OCHRE else mix(p.mid, p.dusk, 0.35)
    c.wash(wall, mix(wall, p.dusk, 0.2))
    c.fill(box(-10, 800, 1610, 1010), p.dusk)
    for y, high, tint in ((56, 20, p.soft), (86, 8, p.paper), (790, 16, p.soft), (818, 6, p.paper)):
        c.fill(box(-10, y, 1610, y + high), tint)
    niche = [*arc((800, 400), 330, 270, 180, 360), (1130, 790), (470, 790)]
    c.fill(niche, mix(PETROL.soft, p.paper, 0.2))
    with c.within(niche):
        c.shade(niche, p.paper, 90, 0.9, start=0.1, grain=0.3)
        _orange_tree(c, p, rng, (800, 790))
    c.stroke(niche, 16, p.dusk, closed=True)
    for x in (392, 1208, -20, 1620):
        _column(c, p, x)
    _losses(c, p, rng)
    c.shade(box(-10, -10, 1610, 1010), p.paper, 130, 0.22, start=0.3, grain=0.4)


def _orange_tree(c: Canvas, p: Palette, rng: Random, foot: Point) -> None:
    x, y = foot
    leaf = mix(FOREST.mid, p.deep, 0.35)
    trunk = curve([(x + 6, y + 20), (x - 8, y - 130), (x + 10, y - 300)])
    c.fill(ribbon(trunk, 34, 14), p.dusk)
    for angle in (-150, -120, -60, -30):
        tip = polar((x + 6, y - 250), 150, angle)
        c.fill(
            ribbon(curve([(x + 4, y - 200), mix_points((x + 4, y - 230), tip, 0.6), tip]), 14, 4),
            p.dusk,
        )
    for _ in range(190):
        way, far = rng.uniform(0, TAU), math.sqrt(rng.random())
        spot = x + 225 * far * math.cos(way), y - 375 + 165 * far * math.sin(way)
        tint = mix(leaf, rng.choice((FOREST.soft, FOREST.dusk, FOREST.mid)), rng.uniform(0, 0.45))
        c.fill(ellipse(spot, 27, 10, rng.uniform(0, 180)), tint)
    for sx, sy in scatter(rng, 13, 70, [(x - 180, y - 490), (x + 180, y - 270)]):
        c.ball((sx, sy), 23, EMBER.soft, EMBER.mid, strength=0.9, start=0.2)
    for side, low in ((-1, 60), (1, 40)):
        _songbird(c, p, (x + side * 200, y - low), -side)
    for i in range(34):
        gx = 470 + i * 20 + rng.uniform(-8, 8)
        c.fill(
            [(gx - 6, 800), (gx + rng.uniform(-16, 16), 800 - rng.uniform(20, 60)), (gx + 6, 800)],
            leaf,
        )


def _songbird(c: Canvas, p: Palette, at: Point, facing: int) -> None:
    def put(*knots: Point) -> Points:
        return [(at[0] + facing * x, at[1] + y) for x, y in curve(knots, closed=True)]

    for dx in (-6, 8):
        c.path([(at[0] + dx, at[1] + 20), (at[0] + dx, at[1] + 58)], 4, p.deep)
    c.fill(put((62, -34), (44, -52), (22, -40), (-20, -18), (-92, 14), (-40, 20), (4, 30), (40, 8),
               (50, -22)), p.paper)  # fmt: skip
    c.fill(put((16, -18), (-30, -10), (-74, 14), (-20, 16), (14, 6)), mix(p.dusk, p.mid, 0.3))
    c.dot((at[0] + facing * 45, at[1] - 36), 4, p.deep)


def _column(c: Canvas, p: Palette, x: float) -> None:
    shaft = box(x - 34, 150, x + 34, 760)
    c.fill(shaft, p.paper)
    c.shade(shaft, p.mid, 0, 0.7, start=0.35)
    for dx in (-17, 0, 17):
        c.stroke([(x + dx, 160), (x + dx, 750)], 4, mix(p.soft, p.mid, 0.5))
    for y, half in ((120, 60), (760, 50)):
        c.fill(box(x - half, y, x + half, y + 30, 6), p.soft)
        c.shade(box(x - half, y, x + half, y + 30, 6), p.mid, 90, 0.6)


def _losses(c: Canvas, p: Palette, rng: Random) -> None:
    """Patches of bare plaster at the edges, and cracks running from them."""
    for spot in ((150, 1000), (1500, 20), (1180, 1010), (-10, 330), (1610, 700)):
        at = spot[0] + rng.uniform(-70, 70), spot[1]
        patch = [
            (x + rng.uniform(-7, 7), y + rng.uniform(-7, 7))
            for x, y in blob(rng, at, rng.uniform(120, 170), 0.22)
        ]
        c.fill(place(patch, (5, 7)), p.deep, 0.4)
        c.fill(patch, mix(p.paper, p.soft, 0.3))
        c.shade(patch, p.mid, 225, 0.35, start=0)
        heading = math.degrees(math.atan2(500 - at[1], 800 - at[0]))
        line = [polar(at, 110, heading)]
        for _ in range(9):
            line.append(polar(line[-1], rng.uniform(18, 44), heading + rng.uniform(-55, 55)))
        c.fill(ribbon(line, 7, 1.5), p.deep, 0.6)
