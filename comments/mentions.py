"""Readers that a comment calls by name: @vera."""

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.db.models.functions import Lower


def names_of_readers(names: Collection[str]) -> frozenset[str]:
    """Those of `names`, in small letters, that belong to readers."""
    if not names:
        return frozenset()
    readers = get_user_model().objects.filter(is_active=True).annotate(small=Lower("username"))
    return frozenset(readers.filter(small__in=names).values_list("small", flat=True))
