"""Scaled copies of uploaded pictures."""

import io
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from PIL import Image as Picture
from PIL import ImageCms, ImageOps

from news.models import Image

WIDTHS = (320, 640, 960, 1600)


def make_renditions(image: Image) -> None:
    """Write WebP copies of `image` in every width not above its own, once."""
    if image.renditions:
        return
    with image.file.open("rb") as file, Picture.open(file) as picture:
        upright = _in_srgb(ImageOps.exif_transpose(picture))
    storage, stem = image.file.storage, PurePosixPath(str(image.file)).stem
    renditions = []
    for width in _widths_up_to(upright.width):
        height = max(1, round(upright.height * width / upright.width))
        buffer = io.BytesIO()
        upright.resize((width, height), Picture.Resampling.LANCZOS).save(
            buffer, "WEBP", quality=80, method=4
        )
        name = storage.save(
            f"renditions/{image.pk}/{stem}-{width}.webp", ContentFile(buffer.getvalue())
        )
        renditions.append({"name": name, "width": width, "height": height})
    Image.objects.filter(pk=image.pk).update(renditions=renditions)
    image.renditions = renditions


def _widths_up_to(own: int) -> list[int]:
    return [width for width in WIDTHS if width <= own] or [own]


def _in_srgb(picture: Picture.Image) -> Picture.Image:
    """Pixels as browsers show them without a profile; metadata such as GPS is left behind."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            return converted or picture.convert("RGB")
        except ImageCms.PyCMSError:
            pass  # a broken profile: the bare pixels are the best there is
    return picture.convert("RGB")
