from typing import NamedTuple

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .catalogue import in_reader_language

_FRACTION = [MinValueValidator(0), MaxValueValidator(1)]


class Image(models.Model):
    """A picture as uploaded, with what its use demands: alt text, credit, licence."""

    file = models.ImageField(
        _("file"), upload_to="images/%Y/%m/", width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(_("width"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height"), editable=False, default=0)
    alt_en = models.CharField(_("description in English"), max_length=300, blank=True)
    alt_ru = models.CharField(_("description in Russian"), max_length=300, blank=True)
    caption_en = models.CharField(_("caption in English"), max_length=300, blank=True)
    caption_ru = models.CharField(_("caption in Russian"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=160, blank=True)
    source_url = models.URLField(_("where it comes from"), max_length=500, blank=True)
    licence = models.CharField(_("licence or basis"), max_length=120, blank=True)
    # Where the eye goes, as fractions of width and height: crops keep this point.
    focal_x = models.FloatField(_("focal point, from the left"), default=0.5, validators=_FRACTION)
    focal_y = models.FloatField(_("focal point, from the top"), default=0.5, validators=_FRACTION)
    # Scaled copies made by a worker, smallest first within each crop of news.renditions:
    #     [{"crop": "card", "width": 640, "height": 427, "stem": "renditions/7/5f3a91c2-c640"}, …]
    # Each is there as stem + .avif, .webp and .jpg. Empty: to be made, and `file` shown until then.
    # On the row, since they are only ever read together with it.
    renditions = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.alt or str(self.file)

    @property
    def alt(self) -> str:
        return in_reader_language(self, "alt")

    @property
    def caption(self) -> str:
        return in_reader_language(self, "caption")

    def shown(self, crop: str = "full") -> "Shown":
        """What a page needs of the crop "full", "wide" (16:9), "card" (3:2) or "square".

        Browsers that know neither AVIF nor WebP get one JPEG, of the middle size.
        """
        url = self.file.storage.url
        sizes = [rendition for rendition in self.renditions if rendition["crop"] == crop]
        if not sizes:
            return Shown(self.file.url, self.width, self.height, [])
        one = sizes[len(sizes) // 2]
        sources = [
            (kind, ", ".join(f"{url(size['stem'])}.{kind} {size['width']}w" for size in sizes))
            for kind in ("avif", "webp")
        ]
        return Shown(url(f"{one['stem']}.jpg"), one["width"], one["height"], sources)

    @property
    def url_for_sharing(self) -> str:
        """A JPEG that other sites show with a link: the largest of 16:9."""
        wide = [rendition for rendition in self.renditions if rendition["crop"] == "wide"]
        return self.file.storage.url(f"{wide[-1]['stem']}.jpg") if wide else self.file.url


class Shown(NamedTuple):
    """A picture in a page; `sources` are (format, srcset) pairs, the best first."""

    url: str
    width: int
    height: int
    sources: list[tuple[str, str]]
