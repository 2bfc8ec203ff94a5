from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from news import desk_search, renditions
from news.forms import ImageForm
from news.models import Image
from news.tasks import make_renditions

from .long_list import LongList
from .shown import ShownAdmin


@admin.register(Image)
class ImageAdmin(LongList, ShownAdmin):
    form = ImageForm
    change_form_template = "admin/news/image/change_form.html"
    list_display = ["__str__", "credit", "width", "height", "created_at"]
    ordering = ["-pk"]
    search_fields = ["alt_en", "alt_ru", "caption_en", "caption_ru", "credit"]

    def found(self, rows: QuerySet[Image], typed: str) -> QuerySet[Image]:
        return desk_search.images(rows, typed)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        crops = ((ratio, name) for name, (ratio, _widths) in renditions.CROPS.items() if ratio)
        return super().render_change_form(
            request, context | {"crops": list(crops)}, *args, **kwargs
        )

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Who may only change articles of their own, changes no picture of another one."""
        may = super().has_change_permission(request, obj)
        if not may or obj is None or request.user.has_perm("news.change_any_article"):
            return may
        return not obj.articles.exclude(author=request.user.pk).exists()

    def save_model(self, request: HttpRequest, obj: Image, form: ModelForm, change: bool) -> None:
        former = form.initial.get("file")
        if {"file", "focal_x", "focal_y"} & set(form.changed_data):
            obj.renditions = []
        super().save_model(request, obj, form, change)
        if former and "file" in form.changed_data:
            renditions.delete_original(obj, str(former))
        make_renditions.delay_on_commit(obj.pk)

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        renditions.delete_files(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> None:
        for image in queryset:
            renditions.delete_files(image)
        super().delete_queryset(request, queryset)
