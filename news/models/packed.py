"""Related rows as a column of their parent's query, where `prefetch_related()` takes one each."""

from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)
Packed = list[dict[str, Any]]


def packed(rows: QuerySet[Any], *names: str) -> ArraySubquery:
    """An array of `rows`, which name their parent by OuterRef, as JSON objects.

    `names` are columns and annotations; without any, all columns.
    """
    names = names or tuple(field.attname for field in rows.model._meta.concrete_fields)
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names})))


def unpacked(model: type[M], rows: Packed) -> list[M]:
    """The instances that `packed()` made JSON of: columns left out are deferred, annotations are
    of JSON's types."""
    return [_instance(model, row) for row in rows]


def _instance(model: type[M], row: dict[str, Any]) -> M:
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
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
