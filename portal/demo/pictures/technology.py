"""Machines and computers."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from .canvas import Canvas
from .colour import (
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
    Point,
    Points,
    arc,
    box,
    circle,
    cog,
    curve,
    ground,
    height_at,
    mix_points,
    place,
    polar,
    ridge,
    scatter,
)


@scene(FOREST, PETROL, INK, PLUM)
def circuit(c: Canvas, p: Palette, rng: Random) -> None:
    """A chip with its traces fanning out."""
    at, half = (800, 500), 165
    c.wash(p.deep, mix(p.deep, p.dusk, 0.55))
    c.glow(at, 700, p.dusk, 0.9, fall=1.3)
    for side in range(4):
        for i in range(-6, 7):
            _trace(c, p, rng, at, half, side * 90, i)
    c.fill(place(box(-half, -half, half, half, 18), (at[0] + 12, at[1] + 16)), p.deep, 0.6)
    body = place(box(-half, -half, half, half, 18), at)
    c.fill(body, mix(p.deep, (0, 0, 0), 0.25))
    c.shade(body, p.dusk, 225, 0.8, start=0.2)
    c.stroke(place(box(-130, -130, 130, 130, 10), at), 4, p.mid, closed=True)
    c.fill(place(box(-96, -96, 96, 96, 6), at), p.accent)
    for x in range(4):
        for y in range(4):
            tint = rng.choice((p.paper, p.soft, p.accent, mix(p.accent, p.deep, 0.3)))
            c.fill(place(box(-86 + x * 44, -86 + y * 44, -48 + x * 44, -48 + y * 44, 3), at), tint)
    c.shade(place(box(-96, -96, 96, 96, 6), at), p.deep, 45, 0.5, start=0.3)
    c.dot((at[0] - 142, at[1] - 142), 9, p.soft)


def _trace(
    c: Canvas, p: Palette, rng: Random, at: Point, half: float, turn: float, pin: int
) -> None:
    """A trace that leaves the chip, bends by 45° and ends in a via or off the sheet."""
    start = pin * 23.0
    spread = pin * 27.0
    bend = half + 70 + (6 - abs(pin)) * 26
    end = rng.choice((bend + abs(spread) + rng.uniform(40, 260), 1000.0, 1000.0))
    line = [(half - 4, start), (bend, start), (bend + abs(spread), start + spread),
            (end, start + spread)]  # fmt: skip
    tint = rng.choice((p.mid, p.mid, mix(p.mid, p.soft, 0.5), p.soft, p.accent))
    c.path(place(line, at, turn), 8, tint)
    c.fill(place(box(half - 2, start - 8, half + 24, start + 8), at, turn), p.paper)
    if end < 1000:
        (tip,) = place([line[-1]], at, turn)
        c.dot(tip, 15, tint)
        c.dot(tip, 6.5, p.deep)


@scene(SLATE, ROSE, PETROL, OCHRE)
def keyboard(c: Canvas, p: Palette, rng: Random) -> None:
    """A keyboard seen from above, with one coloured key."""
    c.wash(p.mid, mix(p.mid, p.dusk, 0.5))
    turn, pitch = rng.uniform(-19, -12), 168
    rows = ((1.5, 12), (1.75, 11), (2.25, 10), (2.75, 9))
    board = place(box(-1200, -400, 1200, 420, 40), (800, 500), turn)
    c.fill(place(board, (20, 34)), p.deep, 0.45)
    c.fill(board, p.deep)
    special = rng.choice(((1, 5), (2, 5), (1, 6), (2, 4)))
    for row, (first, count) in enumerate(rows):
        x = -1120.0
        for i in range(count + 2):
            wide = pitch * (first if i == 0 else 2 if i == count + 1 else 1)
            plain = p.soft if i in (0, count + 1) else p.paper
            tint = p.accent if (row, i - 1) == special else plain
            _key(c, p, (x, -352 + row * 190 - 14), (wide - 18, pitch + 4), turn, tint)
            x += wide


def _key(
    c: Canvas, p: Palette, corner: Point, size: tuple[float, float], turn: float, tint: Colour
) -> None:
    (x, y), (wide, high), at = corner, size, (800, 500)
    skirt = place(box(x, y, x + wide, y + high, 18), at, turn)
    c.fill(skirt, mix(tint, p.deep, 0.45))
    top = place(box(x + 13, y + 5, x + wide - 13, y + high - 32, 20), at, turn)
    c.fill(top, tint)
    c.shade(top, mix(tint, p.dusk, 0.6), 80, 0.55, start=0.45)


@scene(SLATE, ROSE, OCHRE, PETROL)
def network(c: Canvas, p: Palette, rng: Random) -> None:
    """Nodes and the links between them, one path picked out."""
    c.wash(p.paper, mix(p.paper, p.soft, 0.5))
    hubs = [(x + rng.uniform(-40, 40), y + rng.uniform(-40, 40))
            for x, y in ((610, 560), (960, 290), (1090, 700))]  # fmt: skip
    rest = [spot for spot in scatter(rng, 60, 135, [(-20, -20), (1620, 1020)])
            if all(math.dist(spot, hub) > 165 for hub in hubs)]  # fmt: skip
    nodes = hubs + rest
    links = [(a, b) for a in nodes for b in nodes if a < b and math.dist(a, b) < 205]
    links += [(hub, b) for hub in hubs for b in rest if 205 <= math.dist(hub, b) < 330]
    for a, b in links:
        c.stroke(_bow(a, b, 0.1), 5, mix(p.mid, p.soft, 0.45))
    for a, b in pairwise(hubs):
        c.stroke(_bow(a, b, -0.18), 16, p.accent)
    for spot in rest:
        size, tint = rng.uniform(13, 33), rng.choice((p.dusk, p.mid, p.mid, p.soft, p.deep))
        c.dot(spot, size + 7, p.paper)
        c.ball(spot, size, tint, p.deep, strength=0.5)
    for hub, size, tint in zip(hubs, (112, 78, 92), (p.accent, p.dusk, p.deep), strict=True):
        c.fill(circle((hub[0] + 8, hub[1] + 14), size + 10), p.deep, 0.16)
        c.dot(hub, size + 11, p.paper)
        c.ball(hub, size, tint, p.deep, strength=0.6)
        c.stroke(circle(hub, size * 0.62), 7, mix(tint, p.paper, 0.75), closed=True)
        c.dot(hub, size * 0.3, p.paper)


def _bow(one: Point, other: Point, sag: float) -> Points:
    """A slightly bent line between two points."""
    (x, y) = mix_points(one, other, 0.5)
    bent = x + (other[1] - one[1]) * sag, y - (other[0] - one[0]) * sag
    return curve([one, bent, other])


@scene(INK, ROSE, PLUM, SLATE, turns=False)
def code(c: Canvas, p: Palette, rng: Random) -> None:
    """A program as coloured bars, with the branches of its history beside it."""
    c.wash(p.soft, mix(p.soft, p.mid, 0.45))
    c.fill(circle((1010, 430), 390), mix(p.paper, p.soft, 0.3), 0.8)
    _sheet_of_code(c, p, rng, (730, 130), (700, 620), mix(p.paper, p.soft, 0.25), light=True)
    _sheet_of_code(c, p, rng, (560, 240), (730, 640), p.deep, light=False)
    trunk = 350
    for top in (110, 560):
        side = [(trunk, top), (trunk + 100, top + 95), (trunk + 100, top + 210), (trunk, top + 305)]
        c.stroke(curve(side), 13, p.accent)
        for spot in side[1:3]:
            _commit(c, p, spot, p.accent)
    c.stroke([(trunk, -20), (trunk, 1020)], 15, p.deep)
    for y in (60, 262, 490, 712, 930):
        _commit(c, p, (trunk, y), p.deep)


def _commit(c: Canvas, p: Palette, at: Point, tint: Colour) -> None:
    c.dot(at, 31, tint)
    c.dot(at, 16, p.paper)


def _sheet_of_code(
    c: Canvas,
    p: Palette,
    rng: Random,
    corner: Point,
    size: Point,
    ground_tint: Colour,
    *,
    light: bool,
) -> None:
    (x, y), (wide, high) = corner, size
    c.fill(box(x + 14, y + 20, x + wide + 14, y + high + 20, 18), p.deep, 0.3)
    panel = box(x, y, x + wide, y + high, 18)
    c.fill(panel, ground_tint)
    c.shade(panel, p.mid if light else p.dusk, 60, 0.6, start=0.3)
    tints = (p.dusk, p.mid, p.accent) if light else (p.paper, p.soft, p.mid, p.accent)
    indent, line = 0, y + 62
    while line < y + high - 40:
        start = x + 62 + indent * 62
        for _ in range(rng.choice((1, 2, 2, 3))):
            end = min(start + rng.uniform(60, 240), x + wide - 56)
            if end - start > 40:
                c.fill(box(start, line, end, line + 24, 12), rng.choice(tints))
            start = end + 24
        indent = max(0, min(4, indent + rng.choice((-2, -1, -1, 0, 1, 1))))
        line += 52


@scene(FOREST, PETROL, OCHRE, INK)
def battery(c: Canvas, p: Palette, rng: Random) -> None:
    """A great battery in a landscape of wind turbines."""
    c.wash(p.soft, mix(p.paper, p.soft, 0.3), p.paper)
    c.fill(circle((800, 470), 400), mix(p.paper, p.soft, 0.55))
    c.fill(circle((800, 470), 310), mix(p.paper, sunlight(p), 0.3))
    hills = [ridge(rng, 700 + 80 * i, 44) for i in range(3)]
    for i, line in enumerate(hills):
        tint = mix(p.soft, p.dusk, 0.25 + 0.35 * i)
        c.fill(ground(line), tint)
        c.shade(ground(line), p.dusk, 90, 0.5, start=0.1)
        for x in ((350, 1330), (180, 1180, 1480), ())[i]:
            spin = rng.uniform(0, 120)
            _turbine(c, p, (x, height_at(line, x) + 10), 330 - 60 * (1 - i), spin)
    _cell_body(c, p, rng.choice((3, 4)))
    c.fill(ground(ridge(rng, 930, 18)), p.deep)


def _turbine(c: Canvas, p: Palette, foot: Point, high: float, spin: float) -> None:
    x, y = foot
    hub = x, y - high
    c.fill([(x - 9, y), (x - 4, y - high), (x + 4, y - high), (x + 9, y)], p.paper)
    for i in range(3):
        tip = polar(hub, high * 0.62, spin + 120 * i)
        side = polar(hub, high * 0.16, spin + 120 * i + 24)
        c.fill([hub, side, tip], p.paper)
    c.dot(hub, 10, p.dusk)


def _cell_body(c: Canvas, p: Palette, charge: int) -> None:
    """The battery itself, with ``charge`` of four bars full."""
    c.fill(box(730, 148, 870, 230, 16), p.dusk)
    c.shade(box(730, 148, 870, 230, 16), p.deep, 0, 0.8)
    body = box(615, 196, 985, 900, 46)
    c.fill(body, p.deep)
    c.fill(box(641, 222, 959, 874, 28), mix(p.deep, p.dusk, 0.5))
    for i in range(4):
        foot = 854 - i * 156
        bar = box(661, foot - 138, 939, foot, 14)
        c.fill(bar, (p.accent if i < 3 else mix(p.accent, p.paper, 0.35)) if i < charge else p.deep)
    c.shade(body, p.deep, 0, 0.6, start=0.5)
    c.fill(box(661, 250, 684, 850, 11), p.paper, 0.35)
    bolt = [(40, -190), (-105, 36), (-14, 36), (-44, 196), (108, -58), (16, -58)]
    c.fill(place(bolt, (808, 568)), p.deep, 0.35)
    c.fill(place(bolt, (798, 556)), p.paper)


@scene(INK, PETROL, SLATE, PLUM)
def server(c: Canvas, p: Palette, rng: Random) -> None:
    """The aisle of a data centre."""
    c.wash(mix(p.deep, (0, 0, 0), 0.3), p.deep)
    eye = (790 + rng.uniform(-40, 40), 470)
    c.glow(eye, 520, p.mid, 0.9, fall=1.3)
    depths = [0.62 * 1.24**i for i in range(12)]
    for near, far in reversed(list(pairwise(depths))):
        fog = min(1.0, near / 6)
        floor = mix(mix(p.dusk, p.deep, 0.45), p.mid, fog)
        c.fill(
            _quad(eye, [(-1, 0.95, near), (1, 0.95, near), (1, 0.95, far), (-1, 0.95, far)]), floor
        )
        seam = near * 1.03
        c.fill(_quad(eye, [(-1, 0.95, near), (1, 0.95, near), (1, 0.95, seam), (-1, 0.95, seam)]),
               mix(floor, p.soft, 0.14))  # fmt: skip
        c.fill(_quad(eye, [(-0.2, -1, near), (0.2, -1, near), (0.2, -1, far * 0.94),
                           (-0.2, -1, far * 0.94)]), mix(p.paper, p.soft, fog))  # fmt: skip
        for side in (-1, 1):
            _rack(c, p, rng, eye, side, near, far, fog)
    c.fill(_quad(eye, [(-0.13, 0.95, 0.6), (0.13, 0.95, 0.6), (0.13, 0.95, 9), (-0.13, 0.95, 9)]),
           p.paper, 0.22)  # fmt: skip
    c.glow(eye, 200, p.paper, 0.9, fall=1.3)


def _quad(eye: Point, corners: Sequence[tuple[float, float, float]]) -> Points:
    """Points in space (right, down, away) as seen from ``eye``."""
    return [(eye[0] + 560 * x / z, eye[1] + 560 * y / z) for x, y, z in corners]


def _rack(
    c: Canvas, p: Palette, rng: Random, eye: Point, side: int, near: float, far: float, fog: float
) -> None:
    def panel(top: float, foot: float, start: float, end: float) -> Points:
        a, b = near + (far - near) * start, near + (far - near) * end
        return _quad(eye, [(side, top, a), (side, top, b), (side, foot, b), (side, foot, a)])

    c.fill(panel(-1, 0.95, 0, 1), mix(mix(p.deep, (0, 0, 0), 0.35), p.mid, fog))
    units = 9
    for i in range(units):
        top = -0.93 + i * 1.82 / units
        foot = top + 1.82 / units * 0.8
        tint = mix(rng.choice((p.dusk, mix(p.deep, p.dusk, 0.6))), p.mid, fog)
        c.fill(panel(top, foot, 0.07, 0.93), tint)
        middle = (top + foot) / 2
        c.fill(panel(middle - 0.02, middle + 0.02, 0.48, 0.84), mix(p.deep, p.mid, fog))
        for j in range(3):
            if rng.random() < 0.7:
                light = mix(rng.choice((p.accent, p.paper, p.soft)), p.soft, fog * 0.5)
                c.fill(
                    panel(middle - 0.026, middle + 0.026, 0.14 + j * 0.09, 0.2 + j * 0.09), light
                )


@scene(OCHRE, SLATE, PETROL, RUST)
def gears(c: Canvas, p: Palette, rng: Random) -> None:
    """Gears that truly mesh, like an ancient mechanism's."""
    c.wash(mix(p.paper, p.soft, 0.25), mix(p.paper, p.soft, 0.75))
    for radius in (250, 380, 510, 640):
        c.stroke(circle((700, 530), radius + 60), 5, mix(p.soft, p.mid, 0.3), closed=True)
    module, tints = 15.5, [p.accent, p.dusk, p.mid, p.deep, p.dusk]
    chain: list[tuple[Point, int, float]] = [((700, 530), 36, rng.uniform(0, 10))]
    plan = ((0, 16, -38), (0, 24, 28), (1, 20, -12), (0, 20, 196), (0, 14, 118))
    for parent, teeth, angle in plan:
        chain.append(_meshed(chain[parent], teeth, angle + rng.uniform(-5, 5), module))
    for (at, teeth, phase), tint in zip(chain, [p.dusk, *tints], strict=True):
        shadow = cog((at[0] + 12, at[1] + 18), teeth, phase, module)
        c.fill(shadow, p.deep, 0.2)
        _gear(c, p, at, teeth, phase, module, tint)


def _meshed(
    other: tuple[Point, int, float], teeth: int, angle: float, module: float
) -> tuple[Point, int, float]:
    """A gear that meshes with another one on its side towards ``angle``: place, teeth, phase."""
    at, count, phase = other
    spot = polar(at, module * (count + teeth) / 2, angle)
    return spot, teeth, angle + 180 + (angle - phase) * count / teeth + 180 / teeth


def _gear(
    c: Canvas, p: Palette, at: Point, teeth: int, phase: float, module: float, tint: Colour
) -> None:
    outline, pitch = cog(at, teeth, phase, module), module * teeth / 2
    rim, hub, spokes = (
        pitch - module * 3.2,
        module * 2.6,
        4 if teeth < 20 else 5 if teeth < 30 else 6,
    )
    holes = []
    if rim - hub > module * 1.5:
        gap = 360 / spokes
        lean = math.degrees(module * 0.8 / rim), math.degrees(module * 0.8 / hub)
        for i in range(spokes):
            a, b = phase + i * gap, phase + (i + 1) * gap
            holes.append(arc(at, rim, rim, a + lean[0], b - lean[0])
                         + arc(at, hub, hub, b - lean[1], a + lean[1]))  # fmt: skip
    c.fill(outline, tint, holes=holes)
    c.shade(outline, p.deep, 55, 0.5, holes=holes)
    c.stroke(circle(at, pitch - module * 1.9), 3, mix(tint, p.paper, 0.35), closed=True)
    c.dot(at, module * 1.1, mix(tint, p.paper, 0.8))
    c.dot(at, module * 0.5, p.deep)
