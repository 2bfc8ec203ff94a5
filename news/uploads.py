"""Taking in a picture: what it has to be, and what of the file is kept.

Uploaded files are public, so nothing but the picture stays: no place, camera, names or thumbnails.
"""

import io
import re
import secrets
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageOps

MOST_PIXELS = 50_000_000
MOST_BYTES = 20 * 2**20
# By Pillow's name of the format: the endings and the type it may come with, the first one kept.
# MPO is what many cameras write: a JPEG with further pictures behind it.
_EXTENSIONS = {
    "JPEG": (".jpg", ".jpeg"),
    "MPO": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "AVIF": (".avif",),
}
_TYPES = {
    "JPEG": {"image/jpeg", "image/jpg", "image/pjpeg"},
    "MPO": {"image/jpeg", "image/jpg", "image/pjpeg", "image/mpo"},
    "PNG": {"image/png", "image/x-png"},
    "WEBP": {"image/webp"},
    "AVIF": {"image/avif"},
}
_UNREADABLE = _("This is not a picture. Please upload a JPEG, PNG, WebP or AVIF file.")
_TOO_MANY_PIXELS = _("The picture has more than 50 megapixels.")
_DAMAGED = _("The file is damaged: the picture ends in the middle.")
_ORIENTATION = 0x0112

# Pillow's own alarm for pictures that unpack to gigabytes: with our limit, and in every process.
Picture.MAX_IMAGE_PIXELS = MOST_PIXELS


def take_picture(upload: UploadedFile) -> ContentFile:
    """The file to store: under a name by chance, upright, without metadata.

    Pixels and colour profile are kept as they are; only a picture that lies on its side is written
    anew, and AVIF always is. Raises ValidationError with words for the one who uploads.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 20 MB. Please save it smaller."))
    upload.seek(0)
    content = upload.read()
    kind, orientation = _inspect(content, upload.name or "", upload.content_type or "")
    try:
        if orientation == 1 and kind in _STRIP:
            kept = b"".join(_STRIP[kind](content))
            _inspect(kept, f"a{_EXTENSIONS[kind][0]}")  # too odd to be cut: better refused
        else:
            kept = _write_upright(content)
    except Exception as error:  # as in _inspect
        raise ValidationError(_DAMAGED) from error
    return ContentFile(kept, name=secrets.token_hex(8) + _EXTENSIONS[kind][0])


def _inspect(content: bytes, name: str, content_type: str = "") -> tuple[str, int]:
    """The format and the EXIF orientation; the header is judged before anything is decoded."""
    try:
        picture = Picture.open(io.BytesIO(content))
    except (Picture.DecompressionBombError, Picture.DecompressionBombWarning):
        raise ValidationError(_TOO_MANY_PIXELS) from None
    except Exception as error:  # decoders fed with strangers' bytes raise whatever they like
        raise ValidationError(_UNREADABLE) from error
    kind = picture.format or ""
    claims_other_type = content_type.startswith("image/") and content_type not in _TYPES.get(
        kind, ()
    )
    if claims_other_type or PurePath(name).suffix.lower() not in _EXTENSIONS.get(kind, ()):
        raise ValidationError(
            _("Please upload a JPEG, PNG, WebP or AVIF file whose name ends accordingly.")
        )
    if picture.width * picture.height > MOST_PIXELS:
        raise ValidationError(_TOO_MANY_PIXELS)
    if kind != "MPO" and getattr(picture, "is_animated", False):
        raise ValidationError(_("The picture moves. Please upload one still picture."))
    return kind, _decode(picture)


def _decode(picture: Picture.Image) -> int:
    """Read the picture to its end, JPEG in an eighth of the size; returns its orientation."""
    try:
        picture.draft(None, (1, 1))
        picture.load()
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception as error:
        raise ValidationError(_DAMAGED) from error


def _write_upright(content: bytes) -> bytes:
    with Picture.open(io.BytesIO(content)) as picture:
        upright = ImageOps.exif_transpose(picture)
        kept = {"icc_profile", "transparency"} & upright.info.keys()
        upright.info = {key: upright.info[key] for key in kept}
        buffer = io.BytesIO()
        kind = "JPEG" if picture.format == "MPO" else picture.format
        profile = upright.info.get("icc_profile")
        upright.save(
            buffer, kind, **({"icc_profile": profile} if profile else {}), **_best(kind or "")
        )
    return buffer.getvalue()


def _best(kind: str) -> dict[str, Any]:
    options: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": 95, "subsampling": 0, "optimize": True},
        "WEBP": {"quality": 95, "exact": True},
        "AVIF": {"quality": 90, "speed": 8},
    }
    return options.get(kind, {})


def _strip_jpeg(content: bytes) -> Iterator[bytes]:
    """The segments that make the picture (ITU T.81, B.1) up to its end; of the APPn ones JFIF, the
    colour profile, and Adobe's, without which CMYK reads as a negative."""
    kept = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
    yield content[:2]
    at = 2
    while True:
        at = content.index(b"\xff", at)
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == 0xD9:
            break
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        is_extra = 0xE0 <= marker <= 0xEF or marker == 0xFE
        if not is_extra or (marker in kept and content[at + 4 : end].startswith(kept[marker])):
            yield content[at:end]
        if marker == 0xDA:
            scan_end = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL).search(content, end)
            stop = scan_end.start() if scan_end else len(content)
            yield content[end:stop]
            if scan_end is None:
                break
            end = stop
        at = end
    yield b"\xff\xd9"


def _strip_png(content: bytes) -> Iterator[bytes]:
    """The chunks that are pixels or say how they are meant (PNG specification, 11)."""
    kept = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"pHYs"}
    yield content[:8]
    at = 8
    while at < len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        if kind[:1].isupper() or kind in kept:
            yield content[at:end]
        if kind == b"IEND":
            return
        at = end


def _strip_webp(content: bytes) -> Iterator[bytes]:
    """The chunks of the picture (RFC 9649, 2.7), and a header that no longer promises others."""
    chunks, at = [], 12
    end_of_file = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while at < end_of_file:
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        kind, body = content[at : at + 4], content[at:end]
        if kind == b"VP8X":
            body = body[:8] + bytes([body[8] & ~0b1100]) + body[9:]  # EXIF, XMP
        if kind in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"}:
            chunks.append(body)
        at = end
    yield b"RIFF" + (4 + sum(map(len, chunks))).to_bytes(4, "little") + b"WEBP"
    yield from chunks


# What takes everything but the picture out of a file, without touching its pixels.
_STRIP = {"JPEG": _strip_jpeg, "MPO": _strip_jpeg, "PNG": _strip_png, "WEBP": _strip_webp}
