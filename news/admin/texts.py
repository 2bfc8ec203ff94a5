"""The words of an article in its form: one column for each language, field beside field."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.validators import MaxLengthValidator
from django.forms import HiddenInput, Textarea
from django.http import HttpRequest

from news.forms import LONGEST_BODY, ArticleTextForm, ArticleTextFormSet, WordsField
from news.models import Article, ArticleText

from .roles import TextRoles
from .translating import is_marked, is_translating

_LANGUAGES = 2


class ArticleTextInline(TextRoles, admin.StackedInline):
    model = ArticleText
    form = ArticleTextForm
    formset = ArticleTextFormSet
    template = "admin/news/article/texts.html"
    extra = _LANGUAGES
    fields = ["title", "lead", "dateline", "body", "slug", "is_checked", "origin", "language"]

    def get_max_num(self, request: HttpRequest, obj: Article | None = None, **kwargs: Any) -> int:
        return 1 if is_translating(request, obj) else _LANGUAGES

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        rows = {"lead": 4, "body": 24}.get(db_field.name)
        if rows:
            kwargs["widget"] = Textarea(attrs={"rows": rows, "cols": 100})
            kwargs["form_class"] = WordsField
        if db_field.name == "language" and is_marked(request):  # there is one to translate into
            kwargs["widget"] = HiddenInput()
        if db_field.name == "body":  # no `maxlength`: browsers cut by it what is pasted
            kwargs["validators"] = [MaxLengthValidator(LONGEST_BODY)]
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def blank_texts(request: HttpRequest, article: Article | None) -> list[dict[str, str]]:
    """What the columns of languages say that there is no text in yet: the original's is first."""
    original = article.original_language if article else request.LANGUAGE_CODE
    there = set(article.texts.values_list("language", flat=True)) if article else set()
    languages = sorted(dict(settings.LANGUAGES).keys() - there, key=lambda code: code != original)
    origin = ArticleText.Origin
    return [
        {"language": code, "origin": origin.ORIGINAL if code == original else origin.HUMAN}
        for code in languages
        if not (is_translating(request, article) and code == original)
    ]
