"""Scaled and cropped copies of uploaded pictures.

Names follow from the file and its focal point, so a run that was killed leaves nothing but files
that the next one writes over; the row is changed last, and what it no longer names is deleted then.
"""

import hashlib
import io
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import connection, transaction
from django.utils import timezone
from PIL import ExifTags, ImageCms, ImageOps
from PIL import Image as Picture

from news import generations
from news.models import Image
from news.uploads import MOST_PIXELS

logger = logging.getLogger(__name__)

# Width to height, and the widths to make: about one and two device pixels of the place on a page.
CROPS: dict[str, tuple[float | None, tuple[int, ...]]] = {
    "full": (None, (480, 960, 1440)),
    "wide": (16 / 9, (480, 800, 1200)),
    "card": (3 / 2, (320, 640, 960)),
    "square": (1, (240,)),
}
_FORMATS: dict[str, dict[str, Any]] = {
    "avif": {"quality": 55, "speed": 9},  # 8 takes four times as long and saves 6 %
    "webp": {"quality": 78, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}
_LONGEST = 8192  # pixels; WebP ends at 16,383
_RECIPE = 2  # to be raised when the above changes, so that new files get new names
_LOCK = 0x1A6E5  # with an image's id: an advisory lock of PostgreSQL


class Box(NamedTuple):
    """A part of a picture, in its pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def scaled(self, factor: float) -> "Box":
        return Box(*(side * factor for side in self))

    def within(self, size: tuple[int, int]) -> "Box":
        """The same without what rounding has put over the edge."""
        return Box(self.left, self.top, min(self.right, size[0]), min(self.bottom, size[1]))


def make_renditions(image: Image) -> None:
    """Make the renditions of `image` unless it has them. Any number of workers may, at any time."""
    with transaction.atomic():
        _wait_for_our_turn(image)
        found = Image.objects.filter(pk=image.pk).first()
        if found is None or found.renditions:
            return
        try:
            made = list(_write(found))
        except (OSError, ValueError, SyntaxError) as error:
            logger.error("the renditions of picture %s can't be made: %s", image.pk, error)
            return
        if _is_unchanged(found):
            found.renditions = image.renditions = made
            found.save(update_fields=["renditions"])
            generations.bump(generations.NEWS)
            _delete_on_commit(found.file.storage, _obsolete(found))


def lost(now: datetime | None = None, batch: int = 100) -> list[int]:
    """The ids of pictures without renditions for over a minute: their task must be lost."""
    before = (now or timezone.now()) - timedelta(minutes=1)
    pictures = Image.objects.filter(renditions=[], created_at__lt=before)
    return list(pictures.order_by("-pk").values_list("pk", flat=True)[:batch])


def delete_files(image: Image) -> None:
    """Delete the original and all copies, once the row is gone for good."""
    storage = image.file.storage
    image.renditions = []
    _delete_on_commit(storage, [str(image.file), *_obsolete(image)])


def delete_original(image: Image, name: str) -> None:
    """Delete the file that another has taken the place of, once that is certain."""
    _delete_on_commit(image.file.storage, [name])


def _wait_for_our_turn(image: Image) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, image.pk])


def _is_unchanged(image: Image) -> bool:
    """Whether the row still is what the copies were made of; nobody may change it from now on.

    Otherwise the task of that change is waiting for its turn.
    """
    row = Image.objects.select_for_update(no_key=True).filter(pk=image.pk).first()
    return row is not None and _stem(row) == _stem(image)


def _stem(image: Image) -> str:
    """What the names of all copies start with: new for a new file, focal point or recipe."""
    made_from = f"{_RECIPE} {image.file} {image.focal_x} {image.focal_y}"
    digest = hashlib.sha256(made_from.encode()).hexdigest()[:8]
    return f"renditions/{image.pk}/{digest}"


def _write(image: Image) -> Iterator[dict[str, Any]]:
    storage = image.file.storage
    with image.file.storage.open(str(image.file)) as file, Picture.open(file) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("more than 50 megapixels")
        boxes = _boxes(_upright_size(picture), image.focal_x, image.focal_y)
        scale = max(_widths(crop, box)[-1] / box.width for crop, box in boxes.items())
        original_width = _upright_size(picture)[0]
        upright = _load(picture, min(1, scale))
    for crop, box in boxes.items():
        source: Picture.Image = upright
        part: Box | None = box.scaled(upright.width / original_width).within(upright.size)
        made = []
        for width in reversed(_widths(crop, box)):  # the smaller ones from the larger
            height = round(width / (CROPS[crop][0] or box.width / box.height))
            height = min(max(1, height), _LONGEST)
            source = source.resize(
                (width, height), Picture.Resampling.LANCZOS, box=part, reducing_gap=3
            )
            part = None
            stem = f"{_stem(image)}-{crop[0]}{width}"
            for suffix, options in _FORMATS.items():
                _overwrite(storage, f"{stem}.{suffix}", _encode(source, suffix, options))
            made.append({"crop": crop, "width": width, "height": height, "stem": stem})
        yield from reversed(made)


def _upright_size(picture: Picture.Image) -> tuple[int, int]:
    width, height = picture.size
    on_its_side = picture.getexif().get(ExifTags.Base.Orientation) in {5, 6, 7, 8}
    return (height, width) if on_its_side else (width, height)


def _boxes(size: tuple[int, int], focal_x: float, focal_y: float) -> dict[str, Box]:
    """The largest part of each shape that has the focal point as near to its middle as can be."""
    width, height = size
    boxes = {}
    for crop, (ratio, _widths) in CROPS.items():
        across = min(width, height * ratio) if ratio else width
        down = across / ratio if ratio else height
        left = min(max(focal_x * width - across / 2, 0), width - across)
        top = min(max(focal_y * height - down / 2, 0), height - down)
        boxes[crop] = Box(left, top, left + across, top + down)
    return boxes


def _widths(crop: str, box: Box) -> list[int]:
    """Those of the crop that the picture has pixels for; the largest may be its own."""
    *smaller, largest = CROPS[crop][1]
    own = min(largest, box.width, _LONGEST * box.width / box.height)
    return [width for width in smaller if width <= 0.85 * own] + [max(1, int(own))]


def _load(picture: Picture.Image, scale: float) -> Picture.Image:
    """The picture upright, in sRGB, with at least `scale` of its size and as little more as can be
    had cheaply: what needn't be decoded costs neither time nor memory."""
    wanted = picture.width * scale
    picture.draft(None, (ceil(wanted), ceil(picture.height * scale)))
    plain = _in_whole_colours(picture)
    factor = int(plain.width / wanted)
    if factor > 1:
        plain = plain.reduce(factor)
    return _in_srgb(ImageOps.exif_transpose(plain))


def _in_whole_colours(picture: Picture.Image) -> Picture.Image:
    """With eight bits a channel and no palette, as scaling and colour profiles need it."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off at 255
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in {"L", "RGB", "CMYK"} else picture.convert("RGB")


def _in_srgb(picture: Picture.Image) -> Picture.Image:
    """Pixels as browsers show them without a profile; metadata such as GPS is left behind."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    converted = None
    if profile := picture.info.get("icc_profile"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the bare pixels are the best there is
    converted = converted or picture.convert(mode)
    converted.info = {}
    return converted


def _encode(picture: Picture.Image, suffix: str, options: dict[str, Any]) -> bytes:
    if suffix == "jpg" and picture.mode == "RGBA":
        paper = Picture.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    buffer = io.BytesIO()
    picture.save(buffer, **{"format": suffix.upper()} | options)
    return buffer.getvalue()


def _overwrite(storage: Storage, name: str, content: bytes) -> None:
    storage.delete(name)  # a killed run may have left half of it
    storage.save(name, ContentFile(content))


def _obsolete(image: Image) -> list[str]:
    """The copies in storage that the row doesn't name: of former files and focal points."""
    folder = f"renditions/{image.pk}"
    try:
        _folders, names = image.file.storage.listdir(folder)
    except FileNotFoundError:
        return []
    stems = {rendition["stem"] for rendition in image.renditions}
    paths = [PurePosixPath(folder, name) for name in names]
    return [str(path) for path in paths if str(path.with_suffix("")) not in stems]


def _delete_on_commit(storage: Storage, names: list[str]) -> None:
    for name in names:
        transaction.on_commit(partial(storage.delete, name))
