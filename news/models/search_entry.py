from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from .article import Article
from .catalogue import Rubric, Source


class SearchEntry(models.Model):
    """What search knows of an article: its words, and what results are narrowed down and sorted by.

    There is one for each published article and for no other. The database writes them itself
    (migration 0002), in the transaction that changes an article or a text. A table of its own,
    since a common word has a hundred thousand matches: here a row takes a hundred bytes, and the
    words lie beside it.
    """

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="search_entry"
    )
    published_at = models.DateTimeField()
    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, related_name="+", null=True)
    # Null where the article has no text in the language.
    words_en = SearchVectorField(null=True)
    words_ru = SearchVectorField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-published_at", "-article"], name="search_newest"),
            GinIndex(fields=["words_en"], name="search_words_en"),
            GinIndex(fields=["words_ru"], name="search_words_ru"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
