"""Articles from a file of JSON lines, each line a text in one language.

A line's fields: `id`, `lang` (en, ru), `title`, `lead`, `dateline`, `body_html`, `published` (ISO
8601 with offset), `published_estimated`, `source_name`, `source_url`, `licence`, `licence_url`,
`attribution` (whom the rights belong to), `category` (slug of the rubric), `pair_id` (the same in
two lines: one article in two languages, the first of them the original). Others are ignored.
"""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from news import generations
from news.body import clean_body, slug_of
from news.models import Article, ArticleText, Rubric, Source

LONGEST_LINE = 5 * 2**20  # bytes


class LineRefused(ValueError):
    """A line that can't become an article; the message says why."""


class LineForm(forms.Form):
    id = forms.CharField(max_length=200)
    lang = forms.ChoiceField(choices=settings.LANGUAGES)
    title = forms.CharField(max_length=250)
    lead = forms.CharField(max_length=1000, required=False)
    dateline = forms.CharField(max_length=160, required=False)
    body_html = forms.CharField()
    published = forms.CharField()
    published_estimated = forms.BooleanField(required=False)
    source_name = forms.CharField(max_length=160)
    source_url = forms.URLField(max_length=500, required=False, assume_scheme="https")
    licence = forms.CharField(max_length=120)
    licence_url = forms.URLField(max_length=500, required=False, assume_scheme="https")
    attribution = forms.CharField(max_length=200)
    category = forms.SlugField(max_length=80)
    pair_id = forms.CharField(max_length=200, required=False)

    def clean_body_html(self) -> str:
        body = clean_body(self.cleaned_data["body_html"])
        if not body:
            raise forms.ValidationError("nothing is left of the body once it is sanitised")
        return body

    def clean_published(self) -> datetime:
        published = _parse_time(self.cleaned_data["published"])
        if published is None or published.tzinfo is None:
            raise forms.ValidationError("not a time in ISO 8601 with its offset")
        if published.year < 2 or published > timezone.now():
            raise forms.ValidationError("lies in the future or before the year 2")
        return published


def import_line(line: bytes) -> str:
    """Add what `line` holds: "article", "translation", or "unchanged" where it is there already.

    Texts that are there stay as they are, since editors may have changed them.
    Raises LineRefused; then nothing has changed.
    """
    data = _read(line)
    key = data["pair_id"] or data["id"]
    with transaction.atomic():
        article = Article.objects.select_for_update().filter(import_key=key).first()
        if article and article.texts.filter(language=data["lang"]).exists():
            return "unchanged"
        generations.bump(generations.NEWS)
        if article is None:
            _add_text(_add_article(key, data), data, ArticleText.Origin.ORIGINAL)
            return "article"
        _add_text(article, data, ArticleText.Origin.HUMAN)
        Article.objects.filter(pk=article.pk).raise_version()
        return "translation"


def _read(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise LineRefused(f"longer than {LONGEST_LINE} bytes")
    try:
        fields = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        raise LineRefused(f"not JSON in UTF-8: {error}") from None
    if not isinstance(fields, dict):
        raise LineRefused("not a JSON object")
    form = LineForm({name: value for name, value in fields.items() if _is_plain(value)})
    if not form.is_valid():
        reasons = (f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items())
        raise LineRefused("; ".join(reasons))
    return form.cleaned_data


def _is_plain(value: object) -> bool:
    return isinstance(value, str | bool | int) and "\0" not in str(value)


def _parse_time(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _add_article(key: str, data: dict[str, Any]) -> Article:
    category, name = data["category"], data["source_name"]
    rubric_name = category.replace("-", " ").capitalize()
    rubric, _ = Rubric.objects.get_or_create(slug=category, defaults={"name_en": rubric_name})
    source, _ = Source.objects.get_or_create(
        slug=slug_of(name, longest=80),
        defaults={
            "name_en": name,
            "name_ru": name,
            "rights_holder": data["attribution"],
            "licence": data["licence"],
            "licence_url": data["licence_url"],
        },
    )
    return Article.objects.create(
        import_key=key,
        rubric=rubric,
        source=source,
        source_url=data["source_url"],
        rights_holder=data["attribution"],
        licence=data["licence"],
        licence_url=data["licence_url"],
        original_language=data["lang"],
        published_at=data["published"],
        is_date_estimated=data["published_estimated"],
        state=Article.State.PUBLISHED,
    )


def _add_text(article: Article, data: dict[str, Any], origin: ArticleText.Origin) -> None:
    original = article.texts.filter(language=article.original_language).first()
    ArticleText.objects.create(
        article=article,
        language=data["lang"],
        title=data["title"],
        lead=data["lead"],
        dateline=data["dateline"],
        body=data["body_html"],
        origin=origin,
        is_checked=True,
        source_fingerprint=original.fingerprint if original else "",
    )
