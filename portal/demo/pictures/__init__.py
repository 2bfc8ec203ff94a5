"""Poster-like illustrations for the demo, drawn from a scene's name and a seed.

``draw("comet", seed=7)`` always gives the same picture: nothing is read from disk or the network,
so a demo has pictures that nobody else holds rights in. A scene is painted in units of a
1600 × 1000 sheet, whatever the size asked for, at twice the resolution; the sheet is then reduced,
cropped to the wanted proportions and given a touch of grain. The middle square of the sheet holds
the subject, so every scene survives a square crop.
"""

from . import culture, earth, science, space, technology, writing  # noqa: F401, for their scenes
from .scenes import SCENES, draw

__all__ = ["SCENES", "draw"]
