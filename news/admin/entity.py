from django.contrib import admin
from django.db.models import QuerySet

from news.models import Entity, EntityAlias

from .long_list import LongList
from .shown import ShownAdmin


class EntityAliasInline(admin.TabularInline):
    model = EntityAlias
    extra = 0


@admin.register(Entity)
class EntityAdmin(LongList, ShownAdmin):
    sortable_by = None  # there are few enough
    list_display = ["name_en", "name_ru", "kind"]
    list_filter = ["kind"]
    search_fields = ["name_en", "name_ru", "aliases__name"]
    prepopulated_fields = {"slug": ["name_en"]}
    inlines = [EntityAliasInline]

    def found(self, rows: QuerySet[Entity], typed: str) -> QuerySet[Entity]:
        return rows.filter(pk__in=Entity.objects.with_name_like(typed).order_by().values("pk"))
