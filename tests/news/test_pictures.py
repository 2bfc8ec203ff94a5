"""A picture is what it says it is, or it is refused with a reason."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from news.forms import ImageForm
from news.models import Image
from news.renditions import make_renditions
from tests.factories import make_image

pytestmark = pytest.mark.django_db


def picture(format: str = "JPEG", size=(900, 600), mode: str = "RGB", **options) -> bytes:
    buffer = io.BytesIO()
    Picture.new(mode, size, "teal" if mode == "RGB" else 0).save(buffer, format, **options)
    return buffer.getvalue()


def errors_of(name: str, content: bytes) -> str:
    data = {"focal_x": 0.5, "focal_y": 0.5}
    form = ImageForm(data, {"file": SimpleUploadedFile(name, content)})
    form.is_valid()
    return " ".join(form.errors.get("file", []))


@pytest.mark.parametrize("format, name", [("JPEG", "a.jpg"), ("PNG", "a.PNG"), ("WEBP", "a.webp")])
def test_a_picture_is_taken(format, name):
    assert errors_of(name, picture(format)) == ""


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jpg", b"not a picture at all", "valid image"),
        ("a.png", picture("JPEG"), "name ends accordingly"),
        ("a.gif", picture("GIF", mode="P"), "name ends accordingly"),
        ("a.png", picture("PNG", size=(10_000, 5_001), mode="1"), "50 megapixels"),
        ("a.png", picture("PNG", size=(20_000, 14_000), mode="1"), "valid image|megapixels"),
        ("a.jpg", picture("JPEG", size=(2000, 2000), quality=95)[:9000], "damaged|valid image"),
        ("a.jpg", picture("JPEG") + b"\0" * (20 * 2**20), "20 MB"),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_a_reason(name, content, reason):
    import re

    assert re.search(reason, errors_of(name, content))


def test_renditions_are_made_once_and_never_wider_than_the_picture():
    image = make_image()
    make_renditions(image)
    widths = [rendition["width"] for rendition in Image.objects.get().renditions]
    assert widths == [320, 640]
    before = Image.objects.get().renditions
    make_renditions(Image.objects.get())
    assert Image.objects.get().renditions == before
    assert "640w" in image.srcset


def test_a_picture_on_its_side_is_set_upright_and_its_place_forgotten():
    exif = Picture.Exif()
    exif[0x0112] = 6  # rotated by a quarter
    exif[0x8825] = {1: "N", 2: (56.0, 57.0, 0.0)}
    content = picture("JPEG", size=(800, 400), exif=exif)
    form = ImageForm(
        {"focal_x": 0.5, "focal_y": 0.5}, {"file": SimpleUploadedFile("a.jpg", content)}
    )
    image = form.save()
    make_renditions(image)
    rendition = image.renditions[-1]
    assert rendition["height"] == 2 * rendition["width"]
    with Picture.open(image.file.storage.open(rendition["name"])) as made:
        assert not made.getexif()
