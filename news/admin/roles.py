"""Who may do what with which article, beyond the rights of their role."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from news.models import Article

from .article_desk import ArticleDesk
from .transitions import last_reason
from .translating import is_translating

# Where a translation is read and written, and nothing else can be.
_FOR_TRANSLATORS = {f"news_article_{page}" for page in ("change", "copy", "discard")}
# What editors decide about an article, and its author only sees.
_OF_EDITORS = ("author", "retraction_en", "retraction_ru")


class RoleDesk(ArticleDesk):
    """Authors change their own articles until those are out, translators translate, and all else
    takes the right to change any.
    """

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if _is_translated_by(request, obj):
            return True
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.can_be_changed_by(request.user))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        if request.user.has_perm("news.publish_article"):
            return given
        return [*given, *_OF_EDITORS]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article = kwargs.get("obj")
        context["may_check"] = request.user.has_perm("news.change_any_article")
        if article and article.state == Article.State.DRAFT:
            context["returned"] = last_reason(article)
        return super().render_change_form(request, context, *args, **kwargs)


def _is_translated_by(request: HttpRequest, article: Article | None) -> bool:
    match = request.resolver_match
    if match is None or match.url_name not in _FOR_TRANSLATORS:
        return False
    # Without an article it is asked whether there is anything here for them at all.
    is_here = article is None or is_translating(request, article)
    return is_here and request.user.has_perm("news.translate_article")


class TextRoles(admin.options.InlineModelAdmin):
    """Only editors say that a translation was checked."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = super().get_readonly_fields(request, obj)
        may = request.user.has_perm("news.change_any_article")
        return given if may else [*given, "is_checked"]
