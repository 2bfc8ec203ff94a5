from django.contrib import admin

from news.models import Source

from .shown import ShownAdmin


@admin.register(Source)
class SourceAdmin(ShownAdmin):
    list_display = ["name_en", "name_ru", "rights_holder", "licence"]
    search_fields = ["name_en", "name_ru", "rights_holder"]
    prepopulated_fields = {"slug": ["name_en"]}
