"""Related rows as a column of their parent's query, where `prefetch_related()` takes one each."""

from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)
Packed = list[dict[str, Any]]


def packed(rows: QuerySet[Any], *annotations: str) -> ArraySubquery:
    """An array of `rows`, which name their parent by OuterRef, as JSON objects."""
    names = [field.attname for field in rows.model._meta.concrete_fields]
    columns = {name: name for name in [*names, *annotations]}
    return ArraySubquery(rows.values(row=JSONObject(**columns)))


def unpacked(model: type[M], rows: Packed) -> list[M]:
    """The instances that `packed()` made JSON of; annotations are of JSON's types."""
    return [_instance(model, row) for row in rows]


def _instance(model: type[M], row: dict[str, Any]) -> M:
    fields = model._meta.concrete_fields
    values = [field.to_python(row.pop(field.attname)) for field in fields]
    instance = model.from_db("default", [field.attname for field in fields], values)
    instance.__dict__.update(row)
    return instance


def unpack_as_prefetched(parent: Model, relation: str, rows: Packed) -> None:
    """Let `parent.relation.all()` give `rows`, as after `prefetch_related()`."""
    manager = getattr(parent, relation)
    prefetched = manager.all()
    # What Django's prefetch_one() does; there is no public way to do it with rows one has.
    prefetched._result_cache = unpacked(manager.model, rows)
    prefetched._prefetch_done = True
    cache = parent.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[relation] = prefetched
