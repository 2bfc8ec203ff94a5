"""A picture is what it says it is, or it is refused; what is kept is the picture alone."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture
from PIL import ImageCms, PngImagePlugin

from news import renditions, tasks, uploads
from news.forms import ImageForm
from news.models import Image
from news.renditions import make_renditions
from portal.models import User
from tests.factories import make_article, make_image

pytestmark = pytest.mark.django_db

FOCUS = {"focal_x": 0.5, "focal_y": 0.5}
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(format: str = "JPEG", size=(900, 600), mode: str = "RGB", **options) -> bytes:
    buffer = io.BytesIO()
    Picture.new(mode, size, "teal" if mode == "RGB" else 0).save(buffer, format, **options)
    return buffer.getvalue()


def halves(mode: str = "RGB", first="red", second="blue", size=(1200, 600)) -> Picture.Image:
    """A picture whose left and right halves differ."""
    whole = Picture.new(mode, size, second)
    whole.paste(first, (0, 0, size[0] // 2, size[1]))
    return whole


def saved(drawn: Picture.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    drawn.save(buffer, format, **options)
    return buffer.getvalue()


def moving(format: str) -> bytes:
    return saved(halves(), format, save_all=True, append_images=[halves(first="green")])


def form_of(name: str, content: bytes, type: str = "", **data) -> ImageForm:
    return ImageForm(FOCUS | data, {"file": SimpleUploadedFile(name, content, type)})


def errors_of(name: str, content: bytes, type: str = "") -> str:
    return " ".join(form_of(name, content, type).errors.get("file", []))


def upload(name: str, content: bytes, **data) -> Image:
    form = form_of(name, content, **data)
    assert form.is_valid(), form.errors
    return form.save()


def stored(image: Image) -> bytes:
    return Path(image.file.path).read_bytes()


def rendition(image: Image, crop: str, suffix: str = "webp") -> Picture.Image:
    """The largest of a crop, read back."""
    last = [made for made in image.renditions if made["crop"] == crop][-1]
    opened = Picture.open(image.file.storage.path(f"{last['stem']}.{suffix}"))
    opened.load()
    return opened


def files(image: Image) -> set[str]:
    folder = Path(image.file.storage.path(f"renditions/{image.pk}"))
    return {path.name for path in folder.iterdir()}


def full_exif(orientation: int = 1) -> Picture.Exif:
    exif = Picture.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "Private Person"
    exif[0x8825] = {1: "N", 2: (56.0, 57.0, 0.0)}
    return exif


# What is taken, and what is refused


@pytest.mark.parametrize(
    ("format", "name"),
    [("JPEG", "a.jpg"), ("PNG", "a.PNG"), ("WEBP", "a.webp"), ("AVIF", "a.avif")],
)
def test_a_picture_is_taken(format, name):
    assert errors_of(name, picture(format), Picture.MIME[format]) == ""
    image = upload(f"Ivan's secret holiday {'x' * 200} {name}", picture(format))
    assert len(Path(image.file.name).stem) == 16
    assert Path(image.file.name).suffix == Path(name).suffix.lower()
    assert (image.width, image.height) == (900, 600)


@pytest.mark.parametrize(
    ("name", "content", "type", "reason"),
    [
        ("a.jpg", b"not a picture at all", "", "not a picture"),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "", "not a picture"),
        ("a.png", picture("JPEG"), "", "name ends accordingly"),
        ("a.jpg", picture("JPEG"), "image/png", "name ends accordingly"),
        ("a.gif", picture("GIF", mode="P"), "", "name ends accordingly"),
        ("a", picture(), "", "name ends accordingly"),
        ("a.png", picture("PNG", size=(10_000, 5_001), mode="1"), "", "50 megapixels"),
        ("a.png", picture("PNG", size=(10_000, 9_000), mode="1"), "", "50 megapixels"),
        ("a.png", picture("PNG", size=(20_000, 14_000), mode="1"), "", "50 megapixels"),
        ("a.jpg", picture("JPEG", size=(2000, 2000), quality=95)[:9000], "", "damaged"),
        ("a.png", picture("PNG", size=(2000, 2000))[:2000], "", "damaged"),
        ("a.jpg", picture("JPEG") + b"\0" * (20 * 2**20), "", "20 MB"),
        ("a.webp", moving("WEBP"), "", "picture moves"),
        ("a.png", moving("PNG"), "", "picture moves"),
        ("a.avif", moving("AVIF"), "", "picture moves"),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_a_reason(name, content, type, reason):
    assert reason in errors_of(name, content, type)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9])
def test_a_part_of_a_picture_is_refused_wherever_it_ends(format, part):
    content = saved(Picture.effect_noise((400, 300), 80).convert("RGB"), format)
    name = "a.jpg" if format == "JPEG" else f"a.{format.lower()}"
    assert errors_of(name, content[: int(len(content) * part)])


def test_nothing_of_a_bomb_is_decoded(monkeypatch):
    monkeypatch.setattr(uploads, "_decode", lambda picture: pytest.fail("decoded"))
    assert "50 megapixels" in errors_of("a.png", picture("PNG", size=(9_000, 6_000), mode="1"))


def test_the_editors_desk_shows_the_reason_at_the_field(client: Client):
    client.force_login(User.objects.create_superuser("boss", "boss@example.org", "x"))
    bomb = SimpleUploadedFile("a.png", picture("PNG", size=(20_000, 14_000), mode="1"))
    answer = client.post(reverse("admin:news_image_add"), FOCUS | {"file": bomb})
    assert "more than 50 megapixels" in answer.context["adminform"].form.errors["file"][0]


# What is kept of the file


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_original_keeps_its_pixels_and_profile_and_nothing_else(format):
    noise = Picture.effect_noise((301, 200), 60).convert("RGB")
    options = {"exif": full_exif(), "xmp": b"<x>Private Person</x>", "icc_profile": SRGB}
    if format == "JPEG":
        options |= {"comment": "Private Person", "progressive": True}
    if format == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", "Private Person")
    content = saved(noise, format, **options)
    kept = stored(upload(f"a.{format}".replace("JPEG", "jpg"), content + b"Private Person"))
    before, after = Picture.open(io.BytesIO(content)), Picture.open(io.BytesIO(kept))
    assert b"Private" in content and b"Private" not in kept
    assert after.tobytes() == before.tobytes()
    assert after.info["icc_profile"] == SRGB
    assert not after.getexif() and "xmp" not in after.info


def test_metadata_of_avif_goes_too():
    content = picture("AVIF", exif=full_exif(), xmp=b"<x>Private Person</x>", icc_profile=SRGB)
    kept = stored(upload("a.avif", content))
    assert b"Private" in content and b"Private" not in kept
    assert Picture.open(io.BytesIO(kept)).info["icc_profile"] == SRGB


def test_of_a_camera_file_with_several_pictures_the_first_is_kept():
    content = saved(halves(), "MPO", save_all=True, append_images=[halves(first="green")])
    kept = Picture.open(io.BytesIO(stored(upload("a.jpg", content))))
    assert kept.format == "JPEG"
    assert kept.tobytes() == Picture.open(io.BytesIO(content)).tobytes()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_on_its_side_is_set_upright_and_its_place_forgotten(format, orientation):
    content = saved(halves(size=(400, 200)), format, exif=full_exif(orientation))
    image = upload("a.jpg" if format == "JPEG" else f"a.{format.lower()}", content)
    with Picture.open(image.file.path) as upright:
        assert upright.size == ((200, 400) if orientation > 4 else (400, 200))
        red_corner = {2: (-9, 9), 3: (-9, -9), 7: (9, -9), 8: (9, -9)}.get(orientation, (9, 9))
        x, y = (at % side for at, side in zip(red_corner, upright.size, strict=True))
        assert upright.convert("RGB").getpixel((x, y))[0] > 200
        assert not upright.getexif() and b"Private" not in stored(image)


# Renditions


def test_renditions_are_made_once_and_never_wider_than_the_picture():
    image = make_image()
    make_renditions(image)
    sizes = [(made["crop"], made["width"], made["height"]) for made in image.renditions]
    assert sizes == [
        *(("full", 480, 300), ("full", 800, 500), ("wide", 480, 270), ("wide", 800, 450)),
        *(("card", 320, 213), ("card", 750, 500), ("square", 240, 240)),
    ]
    before = files(image)
    make_renditions(Image.objects.get())
    assert Image.objects.get().renditions == image.renditions
    assert files(image) == before and len(before) == 3 * len(sizes)


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3), (40, 30), (1, 20_000)])
def test_tiny_and_stretched_pictures_have_renditions_too(size):
    image = upload("a.png", picture("PNG", size=size))
    make_renditions(image)
    assert {made["crop"] for made in image.renditions} == set(renditions.CROPS)


@pytest.mark.parametrize(("focal_x", "left"), [(0.0, "red"), (1.0, "blue")])
def test_a_crop_is_where_the_focal_point_is(focal_x, left):
    image = upload("a.png", saved(halves(), "PNG"), focal_x=focal_x)
    make_renditions(image)
    red, _green, blue = rendition(image, "square").getpixel((5, 5))
    assert (red > blue) == (left == "red")


@pytest.mark.parametrize("suffix", ["avif", "webp", "jpg"])
def test_colours_of_a_profile_are_those_that_it_means(suffix, swapped_profile):
    image = upload("a.png", saved(halves(), "PNG", icc_profile=swapped_profile))
    make_renditions(image)
    made = rendition(image, "full", suffix)
    red, green, _blue = made.getpixel((100, 100))
    assert green > 240 and red < 15
    assert not made.info.get("icc_profile")


@pytest.fixture
def swapped_profile() -> bytes:
    """sRGB with the primaries of red and green exchanged: what it calls red is green."""
    table = {SRGB[at : at + 4]: at for at in range(132, 132 + 12 * SRGB[131], 12)}
    red, green = (slice(table[tag] + 4, table[tag] + 12) for tag in (b"rXYZ", b"gXYZ"))
    changed = bytearray(SRGB)
    changed[red], changed[green] = SRGB[green], SRGB[red]
    return bytes(changed)


@pytest.mark.parametrize(
    ("format", "drawn", "colour"),
    [
        ("JPEG", halves("CMYK", (0, 255, 255, 0)), (254, 0, 0)),
        ("JPEG", halves("L", 200, 10), (200, 200, 200)),
        ("PNG", halves("RGBA", (0, 0, 0, 0)), (255, 255, 255)),
        ("PNG", halves("LA", (10, 255)), (10, 10, 10)),
        ("PNG", halves().convert("P"), (255, 0, 0)),
        ("PNG", Picture.new("I;16", (900, 600), 128 * 257), (128, 128, 128)),
        ("PNG", Picture.new("1", (900, 600), 1), (255, 255, 255)),
        ("WEBP", halves("RGBA", (255, 0, 0, 0)), (255, 255, 255)),
    ],
)
def test_every_kind_of_pixels_comes_out_right_as_jpeg(format, drawn, colour):
    image = upload("a.jpg" if format == "JPEG" else f"a.{format}", saved(drawn, format))
    make_renditions(image)
    shown = rendition(image, "card", "jpg").getpixel((20, 20))
    assert max(abs(a - b) for a, b in zip(shown, colour, strict=True)) < 6


def test_transparency_stays_where_the_format_knows_it():
    image = upload("a.png", saved(halves("RGBA", (0, 0, 0, 0)), "PNG"))
    make_renditions(image)
    for suffix in ("avif", "webp"):
        assert rendition(image, "full", suffix).convert("RGBA").getpixel((20, 20))[3] == 0


# Lost, killed and repeated work


def test_a_killed_run_leaves_no_half_state(monkeypatch):
    image = make_image()
    encode, calls = renditions._encode, iter(range(9))

    def dying(*given):
        if next(calls) == 5:
            raise KeyboardInterrupt
        return encode(*given)

    monkeypatch.setattr(renditions, "_encode", dying)
    with pytest.raises(KeyboardInterrupt):
        make_renditions(image)
    assert Image.objects.get().renditions == []
    half = Path(image.file.storage.path(f"renditions/{image.pk}")) / sorted(files(image))[0]
    half.write_bytes(b"half")
    monkeypatch.undo()
    make_renditions(image)
    assert len(files(image)) == 3 * len(image.renditions)
    assert half.name in files(image) and half.read_bytes() != b"half"


def test_an_unreadable_picture_stays_as_it_is(caplog):
    image = make_image()
    Path(image.file.path).write_bytes(b"broken")
    make_renditions(image)
    assert Image.objects.get().renditions == []
    assert "can't be made" in caplog.text


def test_a_lost_task_is_found_after_a_minute():
    image = make_image()
    assert renditions.lost() == []
    assert renditions.lost(timezone.now() + timedelta(seconds=61)) == [image.pk]
    make_renditions(image)
    assert renditions.lost(timezone.now() + timedelta(seconds=61)) == []


def test_the_sweep_asks_a_worker(monkeypatch):
    image = make_image(created_at=timezone.now())
    Image.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    asked = []
    monkeypatch.setattr(tasks.make_renditions, "delay", asked.append)
    tasks.make_lost_renditions()
    assert asked == [image.pk]


def test_a_change_meanwhile_wins(monkeypatch):
    image = make_image()
    write = renditions._write

    def change_meanwhile(given):
        made = list(write(given))
        Image.objects.update(focal_x=0.1)
        return made

    monkeypatch.setattr(renditions, "_write", change_meanwhile)
    make_renditions(image)
    assert Image.objects.get().renditions == []


# Changes at the editors' desk


@pytest.fixture
def desk(client: Client, monkeypatch, django_capture_on_commit_callbacks):
    """Change an image as an editor does, with a worker that is at once done."""
    client.force_login(User.objects.create_superuser("boss", "boss@example.org", "x"))
    monkeypatch.setattr(
        tasks.make_renditions, "delay_on_commit", lambda pk: make_renditions(Image(pk=pk))
    )

    def post(view: str, image: Image, **data) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse(f"admin:news_image_{view}", args=[image.pk]), data)
        assert answer.status_code == 302

    return post


def test_a_new_focal_point_replaces_the_renditions(desk):
    image = make_image()
    make_renditions(image)
    before = files(image)
    desk("change", image, focal_x=0.9, focal_y=0.5)
    changed = Image.objects.get()
    assert changed.file == image.file
    assert len(changed.renditions) == len(image.renditions)
    assert files(image) and not files(image) & before


def test_new_words_leave_the_renditions_alone(desk):
    image = make_image()
    make_renditions(image)
    before = files(image)
    desk("change", image, alt_en="Very blue", **FOCUS)
    assert Image.objects.get().renditions == image.renditions
    assert files(image) == before


def test_a_new_file_replaces_original_and_renditions(desk):
    image = make_image()
    make_renditions(image)
    before = files(image)
    desk("change", image, file=SimpleUploadedFile("a.png", picture("PNG")), **FOCUS)
    assert not Path(image.file.path).exists()
    assert Path(Image.objects.get().file.path).exists()
    assert files(image) and not files(image) & before


def test_a_deleted_picture_leaves_no_file(desk):
    image = make_image()
    make_renditions(image)
    desk("delete", image, post="yes")
    assert not Path(image.file.path).exists()
    assert files(image) == set()


# In a page


def html_of(image: Image, **given) -> str:
    context = {"image": image, "crop": "card", "sizes": "50vw", "alt": "Blue"}
    return render_to_string("news/_picture.html", context | given)


def test_the_original_is_shown_until_the_renditions_are_there():
    image = make_image()
    assert f'<img src="{image.file.url}" width="800" height="500" alt="Blue"' in html_of(image)
    assert "<picture" not in html_of(image)


def test_a_page_offers_avif_webp_and_one_jpeg():
    image = make_image()
    make_renditions(image)
    stem = image.renditions[4]["stem"]
    html = html_of(image)
    assert html.count('<source type="image/') == 2
    assert f'srcset="/media/{stem}.avif 320w, ' in html and 'sizes="50vw"' in html
    assert html.index("image/avif") < html.index("image/webp") < html.index("<img")
    assert '.jpg" width="750" height="500" alt="Blue" loading="lazy"' in html


def test_only_the_first_picture_is_hurried():
    image = make_image()
    assert 'fetchpriority="high"' in html_of(image, is_first=True)
    assert "lazy" not in html_of(image, is_first=True)


def test_renditions_cost_a_page_no_query(client: Client):
    article = make_article(image=make_image())
    counts = []
    for _run in range(3):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(article.get_absolute_url())
        counts.append(len(queries))
        make_renditions(article.image)
    assert b"image/avif" in answer.content
    assert counts[1] == counts[2] <= counts[0]
