from django.contrib import admin

from news.models import Entity, EntityAlias

from .shown import ShownAdmin


class EntityAliasInline(admin.TabularInline):
    model = EntityAlias
    extra = 0


@admin.register(Entity)
class EntityAdmin(ShownAdmin):
    list_display = ["name_en", "name_ru", "kind"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_ru", "aliases__name"]
    prepopulated_fields = {"slug": ["name_en"]}
    show_full_result_count = False
    inlines = [EntityAliasInline]
