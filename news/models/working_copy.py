from django.conf import settings
from django.db import models
from django.http import QueryDict

from .article import Article


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    def unsaved(self) -> "WorkingCopyQuerySet":
        """Those of which something is still to be done."""
        return self.filter(is_saved=False)


class WorkingCopy(models.Model):
    """What stands in an editor's form and isn't saved: one for each editor and article.

    Of articles that don't exist yet there is one for each form.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="working_copies")
    # Of the form that it stands in: no other one writes over it.
    form_key = models.UUIDField()
    # [name, value] of each field, in the order of the form.
    content = models.JSONField()
    saved_at = models.DateTimeField(auto_now=True)
    # The form has been saved. The row stays for a while, empty, for what the browser sends late.
    is_saved = models.BooleanField(default=False)

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "article"],
                name="working_copy_once_for_each_article",
                condition=models.Q(article__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["user", "form_key"],
                name="working_copy_once_for_each_new_article",
                condition=models.Q(article__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["saved_at"], name="working_copy_oldest")]

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d %H:%M:%S}"

    @property
    def data(self) -> QueryDict:
        """As a browser would send the form."""
        data = QueryDict(mutable=True)
        for name, value in self.content:
            data.appendlist(name, value)
        return data

    @property
    def title(self) -> str:
        """The first headline in it, to be recognised by."""
        titles = (value for name, value in self.content if name.endswith("-title"))
        return next(filter(None, titles), "")
