from django.contrib import admin

from news.models import Rubric

from .shown import ShownAdmin


@admin.register(Rubric)
class RubricAdmin(ShownAdmin):
    list_display = ["name_en", "name_ru", "slug", "position"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name_en"]}
