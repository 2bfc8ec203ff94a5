"""The register of scenes, and the drawing of one of them."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from PIL import Image, ImageOps

from .canvas import Canvas
from .colour import Palette
from .shapes import HEIGHT, WIDTH

Scene = Callable[[Canvas, Palette, Random], None]
SCENES: dict[str, Callable[[Canvas, Random], None]] = {}


def scene(*palettes: Palette, turns: bool = True) -> Callable[[Scene], Scene]:
    """Register a scene under its function's name, with the palettes that suit it.

    Half of the pictures are turned left to right, unless the scene says it does not turn.
    """

    def register(paint: Scene) -> Scene:
        SCENES[paint.__name__] = partial(_paint, paint, palettes, turns)
        return paint

    return register


def _paint(
    paint: Scene, palettes: Sequence[Palette], turns: bool, canvas: Canvas, rng: Random
) -> None:
    palette, turned = rng.choice(palettes), rng.random() < 0.5
    paint(canvas, palette, rng)
    if turns and turned:
        canvas.image = ImageOps.mirror(canvas.image)


def draw(scene: str, seed: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """Draw a scene in RGB; the same scene, seed and size always give the same picture.

    Raises KeyError, naming the known scenes, if there is no such scene.
    """
    if scene not in SCENES:
        raise KeyError(f"no scene {scene!r}; known scenes: {', '.join(sorted(SCENES))}")
    canvas = Canvas(size, Random(seed))
    SCENES[scene](canvas, Random(f"{scene}/{seed}"))
    return canvas.finished(Random(seed))
