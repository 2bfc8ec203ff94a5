"""Geometry: every shape is a list of points, in units of the sheet."""

import math
from collections.abc import Iterable, Sequence
from random import Random

Point = tuple[float, float]
Points = list[Point]
Shape = Sequence[Point]  # its corners, in order; a line, if it is open

WIDTH, HEIGHT = 1600, 1000  # the sheet, in units
TAU = math.tau


def polar(at: Point, radius: float, degrees: float) -> Point:
    """The point at ``radius`` from ``at``; 0° points right, 90° down."""
    angle = math.radians(degrees)
    return at[0] + radius * math.cos(angle), at[1] + radius * math.sin(angle)


def mix_points(one: Point, other: Point, share: float) -> Point:
    """The point ``share`` of the way from ``one`` to ``other``."""
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def place(points: Iterable[Point], at: Point, turn: float = 0, scale: float = 1) -> Points:
    """The points scaled, turned by ``turn`` degrees and moved from the origin to ``at``."""
    cos, sin = (scale * f(math.radians(turn)) for f in (math.cos, math.sin))
    return [(at[0] + x * cos - y * sin, at[1] + x * sin + y * cos) for x, y in points]


def arc(at: Point, rx: float, ry: float, start: float, end: float, turn: float = 0) -> Points:
    """A piece of an ellipse between two angles, as an open line."""
    steps = max(8, int(abs(end - start) * math.sqrt(max(rx, ry)) / 60))
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return place(((rx * math.cos(a), ry * math.sin(a)) for a in angles), at, turn)


def circle(at: Point, radius: float) -> Points:
    """A full circle."""
    return arc(at, radius, radius, 0, 360)


def ellipse(at: Point, rx: float, ry: float, turn: float = 0) -> Points:
    """A full ellipse."""
    return arc(at, rx, ry, 0, 360, turn)


def band(
    at: Point,
    inner: float,
    outer: float,
    start: float,
    end: float,
    *,
    squash: float = 1,
    turn: float = 0,
) -> Points:
    """A piece of a ring between two radii, flattened by ``squash``."""
    outside = arc(at, outer, outer * squash, start, end, turn)
    return outside + arc(at, inner, inner * squash, end, start, turn)


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0) -> Points:
    """A rectangle, with rounded corners if ``radius`` is given."""
    if not radius:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    corners = [(x1, y0, -90), (x1, y1, 0), (x0, y1, 90), (x0, y0, 180)]
    return [
        point
        for x, y, angle in corners
        for point in arc(
            (x + radius if x == x0 else x - radius, y + radius if y == y0 else y - radius),
            radius, radius, angle, angle + 90,
        )
    ]  # fmt: skip


def curve(knots: Sequence[Point], *, closed: bool = False, steps: int = 12) -> Points:
    """A smooth line through the knots (Catmull–Rom)."""
    ends = (knots[-1], knots[0], knots[1]) if closed else (knots[0], knots[-1], knots[-1])
    chain = [ends[0], *knots, *ends[1:]]
    line: Points = []
    for p, q, r, s in zip(chain, chain[1:], chain[2:], chain[3:], strict=False):
        line += [_between(p, q, r, s, i / steps) for i in range(steps)]
    return line if closed else [*line[: steps * (len(knots) - 1)], knots[-1]]


def _between(p: Point, q: Point, r: Point, s: Point, t: float) -> Point:
    a, b = -t + 2 * t * t - t**3, 2 - 5 * t * t + 3 * t**3
    c, d = t + 4 * t * t - 3 * t**3, t**3 - t * t
    return (
        (a * p[0] + b * q[0] + c * r[0] + d * s[0]) / 2,
        (a * p[1] + b * q[1] + c * r[1] + d * s[1]) / 2,
    )


def ribbon(line: Shape, start: float, end: float | None = None) -> Points:
    """The outline of a stroke along ``line`` whose width goes from ``start`` to ``end``.

    A line that ends where it began gives a ring without a seam.
    """
    last, closed = len(line) - 1, line[0] == line[-1]
    end = start if end is None else end
    left, right = [], []
    for i, (x, y) in enumerate(line):
        before, after = (
            (last - 1, 1) if closed and i in (0, last) else (max(0, i - 1), min(last, i + 1))
        )
        (ax, ay), (bx, by) = line[before], line[after]
        length = math.hypot(bx - ax, by - ay) or 1
        half = (start + (end - start) * i / last) / 2 / length
        left.append((x - (by - ay) * half, y + (bx - ax) * half))
        right.append((x + (by - ay) * half, y - (bx - ax) * half))
    return left + right[::-1]


def blob(rng: Random, at: Point, radius: float, wobble: float = 0.08) -> Points:
    """A soft, uneven round shape."""
    waves = [(k, rng.uniform(0, TAU), rng.uniform(0.3, 1) * wobble / k * 2) for k in (2, 3, 5)]
    return [
        polar(at, radius * (1 + sum(w * math.sin(k * math.radians(a) + f) for k, f, w in waves)), a)
        for a in range(0, 360, 4)
    ]


def ridge(rng: Random, base: float, swell: float, *, rough: float = 0.3, step: int = 10) -> Points:
    """The line of hills across the whole sheet around height ``base``."""
    waves = [(0.7, 1.0), (1.7, 0.5), (4.3, 0.5 * rough), (11, 0.3 * rough), (23, 0.14 * rough)]
    parts = [(k / WIDTH * TAU, rng.uniform(0, TAU), swell * size) for k, size in waves]
    return [
        (x, base + sum(size * math.sin(k * x + phase) for k, phase, size in parts))
        for x in range(-20, WIDTH + 21, step)
    ]


def ground(line: Shape) -> Points:
    """The shape between a line across the sheet and its bottom edge."""
    return [*line, (line[-1][0], HEIGHT + 20), (line[0][0], HEIGHT + 20)]


def height_at(line: Shape, x: float) -> float:
    """The y of a line of hills at ``x``."""
    return min(line, key=lambda point: abs(point[0] - x))[1]


def arch(x: float, foot: float, width: float, height: float) -> Points:
    """A pointed window or door standing on ``foot``."""
    half, spring = width / 2, foot - height + width * 0.8
    side = [(x + half, foot), (x + half, spring), (x + half * 0.72, spring - width * 0.42)]
    return [*side, (x, foot - height), *((2 * x - a, b) for a, b in reversed(side))]


def cog(at: Point, teeth: int, phase: float, module: float) -> Points:
    """The outline of a toothed wheel with a tooth at ``phase`` degrees."""
    pitch, step = module * teeth / 2, 360 / teeth
    profile = (
        (-0.30, -1.15),
        (-0.20, -0.1),
        (-0.12, 0.9),
        (0.12, 0.9),
        (0.20, -0.1),
        (0.30, -1.15),
    )
    return [
        polar(at, pitch + module * high, phase + step * (i + share))
        for i in range(teeth)
        for share, high in profile
    ]


def scatter(rng: Random, count: int, gap: float, area: Shape) -> Points:
    """Up to ``count`` points within ``area`` (two corners), no closer than ``gap`` together."""
    (x0, y0), (x1, y1) = area
    found: Points = []
    for _ in range(count * 12):
        spot = rng.uniform(x0, x1), rng.uniform(y0, y1)
        if len(found) < count and all(math.dist(spot, other) >= gap for other in found):
            found.append(spot)
    return found
