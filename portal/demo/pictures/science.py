"""Instruments, matter and life."""

import math
from random import Random

from .canvas import Canvas
from .colour import FOREST, INK, OCHRE, PETROL, PLUM, ROSE, SLATE, Colour, Palette, mix
from .scenes import scene
from .shapes import (
    WIDTH,
    Point,
    Points,
    arc,
    band,
    blob,
    box,
    circle,
    curve,
    ground,
    place,
    polar,
    ribbon,
)


@scene(SLATE, OCHRE, PETROL, ROSE)
def lens(c: Canvas, p: Palette, rng: Random) -> None:
    """A glass lens gathering parallel light into a point."""
    axis, focus, lens_x = 500, 1200, 700
    c.wash(p.paper, mix(p.paper, p.soft, 0.45))
    c.fill(circle((focus, axis), 300), p.soft, 0.35)
    c.fill(circle((focus, axis), 190), p.soft, 0.5)
    high, count = rng.choice((290, 310)), 7
    tints = [mix(p.accent, p.paper, abs(i - 3) / 4.2) for i in range(count)]
    half = high / count
    for i, tint in enumerate(tints):
        y = axis + (i - (count - 1) / 2) * 2 * half * 0.92
        slope = (axis - y) / (focus - lens_x)
        edge, far = half * 0.82, 1700 - focus
        c.fill([(-20, y - edge), (lens_x, y - edge), (focus, axis - 1.5), (focus, axis + 1.5),
                (lens_x, y + edge), (-20, y + edge)], tint, 0.9)  # fmt: skip
        spread = edge / (focus - lens_x)
        ends = [(1700, axis + far * (slope + spread)), (1700, axis + far * (slope - spread))]
        c.fill([(focus, axis), *ends], tint, 0.9)
    _glass(c, p, (lens_x, axis), 390, 125)
    c.glow((focus, axis), 170, p.paper, 1, fall=1.6)
    c.dot((focus, axis), 15, p.deep)
    c.path([(lens_x, 930), (lens_x, 890)], 16, p.deep)
    c.fill(box(lens_x - 130, 926, lens_x + 130, 956, 10), p.deep)


def _glass(c: Canvas, p: Palette, at: Point, high: float, bulge: float) -> None:
    x, y = at
    right = curve([(x, y - high), (x + bulge * 0.78, y - high / 2), (x + bulge, y),
                   (x + bulge * 0.78, y + high / 2), (x, y + high)])  # fmt: skip
    outline = right + [(2 * x - a, b) for a, b in reversed(right)]
    c.fill(outline, p.soft, 0.55)
    c.shade(outline, p.dusk, 0, 0.6, start=0.35)
    for edge in (right, [(2 * x - a, b) for a, b in right]):
        c.stroke(edge, 9, p.deep)
    for end in (-high, high):
        c.dot((x, y + end), 7, p.deep)
    shine = [(2 * x - a + 34, y + (b - y) * 0.72) for a, b in right[6:-18]]
    c.fill(ribbon(shine, 16, 5), p.paper, 0.85)


@scene(ROSE, FOREST, PETROL, PLUM)
def cells(c: Canvas, p: Palette, rng: Random) -> None:
    """Cells under the microscope, one of them dividing."""
    c.wash(mix(p.paper, p.soft, 0.2), mix(p.paper, p.soft, 0.6))
    hero = (830, 480)
    taken: list[tuple[Point, float]] = [((hero[0] + dx, hero[1]), 200) for dx in (-110, 110)]
    for radius, tries in ((130, 130), (104, 160), (74, 260), (48, 320)):
        for _ in range(tries):
            spot = rng.uniform(-60, 1660), rng.uniform(-60, 1060)
            if all(math.dist(spot, other) > radius + room + 6 for other, room in taken):
                taken.append((spot, radius))
    for spot, room in taken[2:]:
        _cell(c, p, rng, spot, room)
    turn = rng.uniform(-35, -10)
    knots = [(-235, 0), (-190, 118), (-85, 130), (0, 74), (85, 130), (190, 118),
             (235, 0), (190, -118), (85, -130), (0, -74), (-85, -130), (-190, -118)]  # fmt: skip
    body = place(curve(knots, closed=True), hero, turn, 1.2)
    c.fill(place(body, (10, 16)), p.dusk, 0.25)
    c.fill(body, mix(p.accent, p.paper, 0.25))
    c.shade(body, p.accent, 60, 0.8, start=0.2)
    c.stroke(body, 11, p.deep, closed=True)
    for side in (-1, 1):
        (core,) = place([(side * 142, 0)], hero, turn)
        c.ball(core, 74, p.dusk, p.deep)
        for i in range(7):
            line = arc((side * 142, 0), 38, 44, i * 51, i * 51 + 34)
            c.stroke(place(line, hero, turn), 7, p.soft)
    for i in range(-3, 4):
        thread = curve([(-64, i * 13), (0, i * 21), (64, i * 13)])
        c.stroke(place(thread, hero, turn), 3, p.deep, 0.6)


def _cell(c: Canvas, p: Palette, rng: Random, at: Point, radius: float) -> None:
    body = blob(rng, at, radius, 0.07)
    tint = mix(rng.choice((p.soft, p.soft, p.mid)), p.paper, rng.uniform(0.1, 0.45))
    c.fill(body, tint)
    c.shade(body, p.mid, 60, 0.6, start=0.3, grain=0.2)
    c.stroke(body, 6, p.dusk, closed=True)
    core = polar(at, radius * 0.3 * rng.random(), rng.uniform(0, 360))
    for _ in range(round(radius / 12)):
        spot = polar(at, radius * rng.uniform(0.5, 0.8), rng.uniform(0, 360))
        c.dot(spot, rng.uniform(3, 6), p.dusk)
    c.fill(blob(rng, core, radius * 0.36, 0.1), mix(tint, p.dusk, 0.55))
    c.fill(blob(rng, core, radius * 0.15, 0.1), p.dusk)


@scene(PETROL, SLATE, OCHRE, ROSE)
def molecule(c: Canvas, p: Palette, rng: Random) -> None:
    """A molecule of two rings as a model of balls and sticks."""
    c.wash(p.paper, mix(p.paper, p.soft, 0.5))
    at, turn, bond = (800, 500), rng.uniform(-24, 24), 178
    for radius in (470, 350):
        c.fill(circle(at, radius), p.soft, 0.22)
    atoms, bonds = _two_rings(bond)
    spots = place(atoms, at, turn)
    for a, b in bonds:
        stick = ribbon([spots[a], spots[b]], 30)
        c.fill(stick, mix(p.dusk, p.mid, 0.35))
        c.fill(ribbon([spots[a], spots[b]], 8), mix(p.mid, p.soft, 0.6))
    special = set(rng.sample(range(10), 3))
    for i, spot in enumerate(spots):
        inner = i < 10
        tint = p.accent if i in special else p.dusk if inner else p.paper
        radius = 56 if i in special else 50 if inner else 36
        c.fill(circle((spot[0] + 8, spot[1] + 12), radius), p.deep, 0.16)
        c.ball(spot, radius, tint, p.deep if inner else p.mid, strength=0.75)
        c.dot(polar(spot, radius * 0.45, 225), radius * 0.16, mix(tint, p.paper, 0.75))


def _two_rings(bond: float) -> tuple[Points, list[tuple[int, int]]]:
    """Two fused hexagons with a smaller atom on every free corner: atoms and bonds."""
    shift = bond * math.sqrt(3) / 2
    left = [polar((-shift, 0), bond, 30 + 60 * i) for i in range(6)]
    right = [polar((shift, 0), bond, 30 + 60 * i) for i in (0, 1, 4, 5)]
    atoms = left + right
    pairs = [(i, j) for i in range(10) for j in range(i)
             if math.dist(atoms[i], atoms[j]) < bond * 1.1]  # fmt: skip
    for i in (1, 2, 3, 4, 6, 7, 8, 9):
        centre = (-shift, 0) if i < 6 else (shift, 0)
        away = math.degrees(math.atan2(atoms[i][1] - centre[1], atoms[i][0] - centre[0]))
        atoms.append(polar(atoms[i], bond * 0.78, away))
        pairs.append((i, len(atoms) - 1))
    return atoms, pairs


@scene(INK, PETROL, PLUM)
def waves(c: Canvas, p: Palette, rng: Random) -> None:
    """Two bodies circling each other and the waves they send through space."""
    c.wash(p.deep, mix(p.deep, p.dusk, 0.7))
    c.stars(rng, 120, p.paper, below=330)
    turn, rows, crests = rng.uniform(-0.55, 0.55), 34, rng.uniform(2.2, 2.6)
    for row in range(rows):
        depth = row / (rows - 1)
        line = _ripple(depth, 2 * turn, crests)
        tint = mix(mix(p.deep, p.dusk, 0.5), p.mid, depth * 0.75)
        c.fill(ground(line), tint)
        c.stroke(line, 1.8 + 2.6 * depth, mix(p.mid, p.paper, 0.25 + 0.75 * depth))
        if row == 13:
            for side, tone in ((0, p.accent), (math.pi, p.paper)):
                spot = 800 + 150 * math.cos(turn + side), 395 + 28 * math.sin(turn + side)
                c.glow(spot, 260, tone, 0.5)
                c.ball(spot, 78, tone, p.deep, start=0.4)


def _ripple(depth: float, phase: float, crests: float) -> Points:
    base, scale = 330 + 720 * depth**1.45, 0.5 + 0.75 * depth
    line: Points = []
    for x in range(-24, WIDTH + 25, 12):
        gx, gy = (x - 800) / 330 / scale, (depth - 0.36) * 6.5
        far = math.hypot(gx, gy)
        swell = math.cos(far * crests * 1.6 - phase - 2 * math.atan2(gy, gx))
        line.append((x, base - 46 * scale * swell * math.exp(-far * 0.2) * min(1, far)))
    return line


@scene(INK, PLUM, PETROL, SLATE)
def accelerator(c: Canvas, p: Palette, rng: Random) -> None:
    """Tracks of a collision in a ring-shaped detector."""
    at = (830, 500)
    c.wash(mix(p.deep, (0, 0, 0), 0.3), p.deep)
    c.glow(at, 820, p.dusk, 0.9, fall=1.2)
    layers = (
        (300, 392, 24, mix(p.deep, p.dusk, 0.6)),
        (405, 452, 48, p.dusk),
        (458, 476, 96, p.mid),
    )
    for inner, outer, parts, tint in layers:
        for i in range(parts):
            step = 360 / parts
            c.fill(band(at, inner, outer, i * step + 0.6, (i + 1) * step - 0.6), tint)
    for radius in (96, 150, 205, 255):
        c.stroke(circle(at, radius), 3, mix(p.dusk, p.mid, 0.7), closed=True)
    jets = [rng.uniform(0, 360) for _ in range(3)]
    for i in range(44):
        angle = rng.choice(jets) + rng.gauss(0, 9) if i % 2 else rng.uniform(0, 360)
        tint = rng.choice((p.accent, p.soft, p.paper, p.accent))
        _track(c, rng, at, angle, tint, 7 if tint == p.accent else 4)
    c.glow(at, 130, p.accent, 0.9)
    c.dot(at, 17, p.paper)


def _track(c: Canvas, rng: Random, at: Point, angle: float, tint: Colour, width: float) -> None:
    """A particle's bent path, ending in a block of energy if it goes far."""
    bend, reach = rng.uniform(-38, 38), rng.choice((255, 300, 400, 400))
    line = [polar(at, reach * t / 12, angle + bend * (t / 12) ** 1.4) for t in range(13)]
    c.stroke(line, width, tint)
    if reach == 400:
        end, high = angle + bend, rng.uniform(24, 100)
        c.fill(band(at, 400, 400 + high, end - 2.1, end + 2.1), tint)
