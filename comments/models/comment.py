"""A comment and its place in the tree.

Every comment has a number, `seq`, unique within its article: 1, 2, 3… Its `path` is the numbers of
its ancestors and its own, three bytes each, so that sorting by path is reading a thread from top to
bottom, and a comment's ancestors are known without asking for them.
"""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Max, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.markdown import render
from news.desk_search import number_in
from news.models import Article

from .discussion import Discussion

SEQ_BYTES = 3  # of each number in a path: 16.7 million comments on one article
HIGHEST_SEQ = 2 ** (8 * SEQ_BYTES) - 1
DEEPEST = 30  # deeper replies are stored under their ancestor at this depth
EDIT_WINDOW = timedelta(minutes=30)
UNDO_WINDOW = timedelta(minutes=15)  # to think better of a deletion
LATEST = 10_000  # comments that the desk reads for words


def wilson_bound(up: int, down: int) -> int:
    """Lower bound of the 95 % interval of the share of ups, in millionths (E. B. Wilson, 1927).

    Few votes say little, so 1 of 1 ranks below 90 of 100.
    """
    votes = up + down
    if not votes:
        return 0
    z2 = 1.96**2
    centre = up / votes + z2 / (2 * votes)
    spread = math.sqrt(z2 * (up * down / votes + z2 / 4)) / votes
    return round((centre - spread) / (1 + z2 / votes) * 1_000_000)


def seqs_in(path: bytes | memoryview) -> list[int]:
    """The numbers that a path is made of."""
    numbers = bytes(path)
    return [
        int.from_bytes(numbers[start : start + SEQ_BYTES], "big")
        for start in range(0, len(numbers), SEQ_BYTES)
    ]


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self) -> "CommentQuerySet":
        return self.filter(status=Comment.Status.VISIBLE)

    def waiting_of(self, author_id: int) -> "CommentQuerySet":
        """What waits for a moderator, for its author to see."""
        return self.filter(author=author_id, status=Comment.Status.PENDING).order_by("-pk")

    def listed(self) -> "CommentQuerySet":
        """Visible ones, and placeholders of others that visible replies hang on."""
        return self.filter(is_listed=True)

    def of_published_articles(self) -> "CommentQuerySet":
        """Only those; each comes with its article in the reader's language."""
        articles = Article.objects.published().in_language()
        return self.filter(discussion__article__state=Article.State.PUBLISHED).prefetch_related(
            Prefetch("discussion", Discussion.objects.all()),
            Prefetch("discussion__article", articles),
        )

    def looked_for(self, typed: str) -> "CommentQuerySet":
        """For the desk: of an author, of the article with a number, or with words, if new enough.

        No index has the words of comments, so only the latest are read for them.
        """
        people = get_user_model()._default_manager.named_like(typed)
        found = [Comment.objects.filter(author__in=people)]
        if number := number_in(typed):
            found.append(Comment.objects.filter(discussion=number))
        latest = Comment.objects.aggregate(number=Max("pk"))["number"] or 0
        words = Comment.objects.filter(pk__gt=latest - LATEST, body__icontains=typed)
        return self.filter(pk__in=words.values("pk").union(*(each.values("pk") for each in found)))

    def roots(self) -> "CommentQuerySet":
        return self.filter(depth=0)


class Comment(models.Model):
    class Status(models.TextChoices):
        VISIBLE = "visible", _("Visible")
        PENDING = "pending", _("Held for review")
        HIDDEN = "hidden", _("Hidden")
        DELETED = "deleted", _("Deleted")
        SPAM = "spam", _("Spam")

    discussion = models.ForeignKey(
        Discussion,
        models.CASCADE,
        related_name="comments",
        db_column="article_id",
        verbose_name=_("discussion"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="comments",
        verbose_name=_("author"),
    )
    seq = models.PositiveIntegerField(_("number"), editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replies", editable=False
    )
    root_seq = models.PositiveIntegerField(editable=False)
    root_ord = models.PositiveIntegerField(editable=False, help_text="Nth by age in its thread.")
    depth = models.PositiveSmallIntegerField(editable=False)
    path = models.BinaryField(max_length=(DEEPEST + 1) * SEQ_BYTES, editable=False)

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.VISIBLE
    )
    is_listed = models.BooleanField(default=True, editable=False)
    up = models.PositiveIntegerField(default=0, editable=False)
    down = models.PositiveIntegerField(default=0, editable=False)
    best = models.IntegerField(
        default=0, editable=False, help_text="Wilson lower bound of up/(up+down), in millionths."
    )
    # Of a thread, kept on its root: what of it is listed (see comments.visibility).
    thread_size = models.PositiveIntegerField(default=1, editable=False)
    last_seq = models.PositiveIntegerField(editable=False)

    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    body = models.TextField(_("text"))
    body_html = models.TextField(editable=False)
    # One for each time the form is shown: posting it twice makes one comment.
    submission_key = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)
    # When the readers whom it concerns were told of it; None while they are to be, as soon as it
    # is visible. What comes without being posted, an import for one, is no news to anybody.
    announced_at = models.DateTimeField(null=True, default=timezone.now, editable=False)
    # When its author deleted it, and what it was until then: what an undo brings back.
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_from = models.CharField(
        max_length=10, choices=Status.choices, blank=True, editable=False
    )

    # What the reader of a page has done about it (comments.reactions).
    own_vote = 0
    is_muted = False

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        permissions = [("moderate_comment", _("Can moderate discussions"))]
        constraints = [
            models.UniqueConstraint(fields=["discussion", "seq"], name="comment_number_once"),
            models.UniqueConstraint(fields=["discussion", "path"], name="comment_path_once"),
            models.UniqueConstraint(
                fields=["discussion", "root_seq", "root_ord"], name="comment_place_in_thread_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["visible", "pending", "hidden", "deleted", "spam"]),
                name="comment_status_known",
            ),
            models.CheckConstraint(
                condition=Q(depth=0, parent=None) | Q(depth__gt=0, parent__isnull=False),
                name="comment_root_has_no_parent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["discussion", "-seq"],
                name="comment_roots_newest",
                condition=Q(depth=0, is_listed=True),
            ),
            models.Index(
                fields=["discussion", "-best", "seq"],
                name="comment_roots_best",
                condition=Q(depth=0, is_listed=True),
            ),
            models.Index(
                fields=["discussion", "-last_seq"],
                name="comment_roots_active",
                condition=Q(depth=0, is_listed=True),
            ),
            models.Index(
                fields=["discussion", "-seq"],
                name="comment_visible_newest",
                condition=Q(status="visible"),
            ),
            models.Index(fields=["author", "-created_at"], name="comment_by_author"),
            models.Index(
                fields=["created_at"], name="comment_queue", condition=Q(status="pending")
            ),
            models.Index(
                fields=["id"],
                name="comment_to_announce",
                condition=Q(status="visible", announced_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.seq}"

    def get_absolute_url(self) -> str:
        """Its permalink: a page that shows it with what it answers and what answers it."""
        article = self.discussion.article
        return reverse("comments:comment", args=[article.pk, article.address_slug, self.seq])

    @property
    def is_visible(self) -> bool:
        return self.status == self.Status.VISIBLE

    @property
    def score(self) -> int:
        return self.up - self.down

    @property
    def ancestor_seqs(self) -> list[int]:
        """Numbers of the comments above it, the root first."""
        return seqs_in(self.path)[:-1]

    def place(self, seq: int, parent: "Comment | None" = None, root_ord: int = 0) -> None:
        """Give it number `seq` and its place: under `parent`, the `root_ord`th of its thread.

        Only sets columns. The caller holds the discussion's lock, and adds it (`visibility.add`).
        """
        self.seq = self.last_seq = seq
        self.parent = parent
        above = bytes(parent.path)[: DEEPEST * SEQ_BYTES] if parent else b""
        self.path = above + seq.to_bytes(SEQ_BYTES, "big")
        self.depth = len(above) // SEQ_BYTES
        self.root_seq = parent.root_seq if parent else seq
        self.root_ord = root_ord

    @property
    def editable_until(self) -> datetime:
        return self.created_at + EDIT_WINDOW

    @property
    def restorable_until(self) -> datetime | None:
        return self.deleted_at and self.deleted_at + UNDO_WINDOW

    def is_by(self, user: object) -> bool:
        return self.author_id is not None and self.author_id == getattr(user, "pk", None)

    def can_be_edited_by(self, user: object) -> bool:
        return self.can_be_deleted_by(user) and timezone.now() < self.editable_until

    def can_be_deleted_by(self, user: object) -> bool:
        return self.is_by(user) and self.status in (self.Status.VISIBLE, self.Status.PENDING)

    def can_be_restored_by(self, user: object) -> bool:
        if self.status != self.Status.DELETED or self.restorable_until is None:
            return False
        return self.is_by(user) and timezone.now() < self.restorable_until


class CommentRevision(models.Model):
    """What a comment said before an edit; every reader may look."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="revisions")
    body = models.TextField()
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["comment", "-replaced_at", "-id"], name="revision_newest")]

    @property
    def body_html(self) -> str:
        """Rendered when somebody looks, which is seldom."""
        return render(self.body)

    def __str__(self) -> str:
        return f"{self.comment} until {self.replaced_at:%Y-%m-%d %H:%M}"


class CommentVote(models.Model):
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="comment_votes")
    value = models.SmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "comment"], name="comment_vote_once"),
            models.CheckConstraint(condition=Q(value__in=[-1, 1]), name="comment_vote_up_or_down"),
        ]

    def __str__(self) -> str:
        return f"{self.value:+d}"
