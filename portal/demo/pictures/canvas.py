"""The sheet that scenes are painted on."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw

from .colour import Colour
from .shapes import HEIGHT, WIDTH, Point, Points, Shape, circle, polar, ribbon

OVERSAMPLING = 2
GRAIN = 5  # the span of the final grain, in levels of 256
RIM = 181  # the level of Pillow's radial gradient in the middle of its edges


class Canvas:
    """The sheet: flat shapes, soft glows and stippled shadows, all given in units."""

    def __init__(self, size: tuple[int, int], rng: Random) -> None:
        """Lay out a sheet that covers ``size`` once it is reduced and cropped."""
        self.size = size
        self.zoom = max(size[0] / WIDTH, size[1] / HEIGHT) * OVERSAMPLING
        wide, high = math.ceil(WIDTH * self.zoom), math.ceil(HEIGHT * self.zoom)
        self.image = Image.new("RGB", (wide, high))
        half = math.ceil(wide / 2), math.ceil(high / 2)
        self._noise = Image.frombytes("L", half, rng.randbytes(half[0] * half[1]))
        self._opaque = ImageDraw.Draw(self.image)
        self._glaze = ImageDraw.Draw(self.image, "RGBA")

    def wash(self, *colours: Colour) -> None:
        """Cover the sheet with a gradient from the first colour at the top to the last."""
        high = self.image.height
        column = Image.new("RGB", (1, len(colours)))
        column.putdata(colours)
        edges = (0, 0.5, 1, len(colours) - 0.5)
        column = column.resize((1, high), Image.Resampling.BILINEAR, box=edges)
        self.image.paste(column.resize(self.image.size, Image.Resampling.NEAREST))

    def fill(
        self, points: Shape, colour: Colour, alpha: float = 1, *, holes: Sequence[Shape] = ()
    ) -> None:
        """Fill a shape, leaving out the shapes in ``holes``."""
        if holes:
            frame = self._frame(points)
            mask = self._mask(points, frame, holes)
            self.image.paste(colour, frame, mask.point(lambda v: v * alpha))
        elif alpha >= 1:
            self._opaque.polygon(self._pixels(points), fill=colour)
        else:
            self._glaze.polygon(self._pixels(points), fill=(*colour, round(alpha * 255)))

    def stroke(
        self, line: Shape, width: float, colour: Colour, alpha: float = 1, *, closed: bool = False
    ) -> None:
        """Draw along a smooth line."""
        if closed:
            line = (
                [*line[:-1], line[0]] if math.dist(line[0], line[-1]) < 0.01 else [*line, line[0]]
            )
        self.fill(ribbon(line, width), colour, alpha)

    def path(self, line: Shape, width: float, colour: Colour) -> None:
        """Draw along a line with corners, rounding them and the ends."""
        for start, end in pairwise(line):
            self.fill(ribbon([start, end], width), colour)
        for spot in line:
            self.dot(spot, width / 2, colour)

    def dot(self, at: Point, radius: float, colour: Colour, alpha: float = 1) -> None:
        """Fill a small circle."""
        x, y, r = at[0] * self.zoom, at[1] * self.zoom, radius * self.zoom
        pen = self._opaque if alpha >= 1 else self._glaze
        pen.ellipse(
            (x - r, y - r, x + r, y + r), fill=(*colour, round(alpha * 255))[: 3 + (alpha < 1)]
        )

    def glow(
        self, at: Point, rx: float, colour: Colour, alpha: float = 0.6,
        *, ry: float = 0, turn: float = 0, fall: float = 2,
    ) -> None:  # fmt: skip
        """A soft light, strongest at ``at`` and gone at the radius (an ellipse if ``ry``)."""
        table = [round(alpha * 255 * max(0, 1 - v / RIM) ** fall) for v in range(256)]
        light = Image.radial_gradient("L").point(table)
        if ry:
            light = light.resize((256, max(2, round(256 * ry / rx)))).rotate(
                -turn, Image.Resampling.BICUBIC, expand=True
            )
        half = rx * light.width / 256, rx * light.height / 256
        full = self._scaled((at[0] - half[0], at[1] - half[1], at[0] + half[0], at[1] + half[1]))
        frame, source = self._visible(full, light.size)
        size = frame[2] - frame[0], frame[3] - frame[1]
        if min(size) > 0:
            mask = light.resize(size, Image.Resampling.BILINEAR, box=source)
            self.image.paste(colour, frame, mask)

    def shade(
        self, points: Shape, ink: Colour, turn: float = 90, strength: float = 0.6,
        *, start: float = 0.3, grain: float = 0.6, holes: Sequence[Shape] = (),
    ) -> None:  # fmt: skip
        """Stipple a shape with ``ink``, thickening in the direction ``turn``.

        The stippling begins at ``start`` of the way across; ``grain`` 0 gives a smooth shadow,
        1 gives separate grains.
        """
        dx, dy = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        reach = abs(dx) + abs(dy)
        corners = [0.5 + (x * dx + y * dy) / 2 / reach for y in (-1, 1) for x in (-1, 1)]
        ramp = Image.new("L", (2, 2))
        ramp.putdata([round(255 * corner) for corner in corners])
        self._stipple(points, ramp, (0.5, 0.5, 1.5, 1.5), ink, strength, start, grain, holes)

    def ball(
        self, at: Point, radius: float, colour: Colour, ink: Colour,
        *, light: float = 225, strength: float = 0.7, start: float = 0.35, grain: float = 0.6,
    ) -> None:  # fmt: skip
        """A sphere of ``colour`` stippled with ``ink`` on the side away from ``light``."""
        shape = circle(at, radius)
        self.fill(shape, colour)
        self.round_shade(shape, ink, light=light, strength=strength, start=start, grain=grain)

    def round_shade(
        self, points: Shape, ink: Colour,
        *, light: float = 225, strength: float = 0.7, start: float = 0.35, grain: float = 0.6,
    ) -> None:  # fmt: skip
        """Stipple a shape as if it bulged, lit from the direction ``light``."""
        cx, cy = polar((0, 0), 0.5, light)
        source = tuple((edge + 1.5) / 3 * 256 for edge in (-1 - cx, -1 - cy, 1 - cx, 1 - cy))
        self._stipple(points, Image.radial_gradient("L"), source, ink, strength, start, grain)

    @contextmanager
    def within(self, points: Shape) -> Iterator[None]:
        """Whatever is painted inside this block shows inside the shape only."""
        before = self.image.copy()
        yield
        frame = self._frame(points)
        after = self.image.crop(frame)
        self.image.paste(before)
        self.image.paste(after, frame, self._mask(points, frame))

    def stars(self, rng: Random, count: int, colour: Colour, *, below: float = HEIGHT) -> None:
        """A field of stars, most of them faint."""
        for _ in range(count):
            spot, size = (rng.uniform(0, WIDTH), rng.uniform(0, below)), rng.paretovariate(2.2)
            self.dot(spot, min(4.2, 0.8 + 0.6 * size), colour, min(1, 0.25 + 0.2 * size))

    def finished(self, rng: Random) -> Image.Image:
        """The picture: reduced, cropped to the wanted size, with a touch of paper grain."""
        picture = self.image.reduce(OVERSAMPLING)
        left, top = ((have - want) // 2 for have, want in zip(picture.size, self.size, strict=True))
        picture = picture.crop((left, top, left + self.size[0], top + self.size[1]))
        noise = Image.frombytes("L", self.size, rng.randbytes(self.size[0] * self.size[1]))
        noise = noise.point([value * GRAIN // 256 for value in range(256)])
        return ImageChops.add(picture, Image.merge("RGB", [noise] * 3), 1, -(GRAIN // 2))

    def _scaled(self, frame: Sequence[float]) -> tuple[int, ...]:
        return tuple(round(edge * self.zoom) for edge in frame)

    def _pixels(self, points: Shape, left: int = 0, top: int = 0) -> Points:
        z = self.zoom
        return [(round(x * z) - left, round(y * z) - top) for x, y in points]

    def _frame(self, points: Shape) -> tuple[int, int, int, int]:
        xs, ys = zip(*points, strict=True)
        x0, y0, x1, y1 = self._scaled((min(xs), min(ys), max(xs), max(ys)))
        return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)

    def _visible(
        self, full: tuple[int, ...], size: tuple[int, int]
    ) -> tuple[tuple[int, int, int, int], tuple[float, float, float, float]]:
        """The part of a frame that is on the sheet, and the same part of a source of ``size``."""
        x0, y0, x1, y1 = full
        a, b = max(0, x0), max(0, y0)
        c, d = min(self.image.width, x1), min(self.image.height, y1)
        kx, ky = size[0] / max(1, x1 - x0), size[1] / max(1, y1 - y0)
        source = ((a - x0) * kx, (b - y0) * ky, (c - x0) * kx, (d - y0) * ky)
        return (a, b, c, d), source

    def _mask(
        self, points: Shape, frame: tuple[int, int, int, int], holes: Sequence[Shape] = ()
    ) -> Image.Image:
        mask = Image.new("L", (frame[2] - frame[0], frame[3] - frame[1]))
        pen = ImageDraw.Draw(mask)
        pen.polygon(self._pixels(points, *frame[:2]), fill=255)
        for hole in holes:
            pen.polygon(self._pixels(hole, *frame[:2]), fill=0)
        return mask

    def _stipple(
        self, points: Shape, ramp: Image.Image, part: tuple[float, ...],
        ink: Colour, strength: float, start: float, grain: float, holes: Sequence[Shape] = (),
    ) -> None:  # fmt: skip
        """Lay ``ink`` over a shape as densely as ``part`` of the ramp is bright."""
        full = self._frame(points)
        frame, (x0, y0, x1, y1) = self._visible(full, (1, 1))
        size = frame[2] - frame[0], frame[3] - frame[1]
        if min(size) <= 0:
            return
        wide, high = part[2] - part[0], part[3] - part[1]
        source = part[0] + x0 * wide, part[1] + y0 * high, part[0] + x1 * wide, part[1] + y1 * high
        half = max(1, size[0] // 2), max(1, size[1] // 2)
        rise = [max(0.0, (v / 255 - start) / (1 - start)) for v in range(256)]
        tone = ramp.resize(half, Image.Resampling.BILINEAR, box=source)
        tone = tone.point([round(255 * value**1.3) for value in rise])
        if grain:
            left, top = frame[0] // 2, frame[1] // 2
            noise = self._noise.crop((left, top, left + half[0], top + half[1]))
            tone = Image.blend(tone, ImageChops.subtract(tone, noise, 0.5), grain)
        tone = tone.point([round(v * strength) for v in range(256)])
        mask = ImageChops.multiply(
            tone.resize(size, Image.Resampling.NEAREST), self._mask(points, frame, holes)
        )
        self.image.paste(ink, frame, mask)
