"""Writing into a discussion. Each act holds the lock of the discussion's row."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import visibility
from comments.markdown import render
from comments.models import Comment, CommentRevision, Discussion
from news import generations
from news.models import Article


class PostingRefused(Exception):
    """The comment can't be written; the message tells its author why."""


def post(
    article: Article,
    author_id: int,
    body: str,
    parent_seq: int | None = None,
    submission_key: UUID | None = None,
) -> Comment:
    """Add a comment to `article`, as a reply if `parent_seq` names one.

    The same `submission_key` again gives back the comment it made the first time.
    Raises PostingRefused.
    """
    with transaction.atomic():
        discussion = _lock_discussion(article)
        if submission_key and (earlier := _earlier(submission_key)):
            if earlier.author_id != author_id:
                raise PostingRefused(_("This form has been used already. Please open it anew."))
            return earlier
        if not discussion.is_open:
            raise PostingRefused(_("This discussion is closed."))
        parent = _parent(discussion, parent_seq) if parent_seq is not None else None
        comment = _place(discussion, parent)
        comment.author_id = author_id
        comment.submission_key = submission_key
        _set_body(comment, body)
        visibility.add(comment)
    return comment


def edit(comment: Comment, body: str) -> None:
    """Replace what `comment` says; what it said before stays in its history."""
    if body == comment.body:
        return
    with transaction.atomic():
        locked = Comment.objects.select_for_update().get(pk=comment.pk)
        CommentRevision.objects.create(comment=locked, body=locked.body)
        _set_body(locked, body)
        locked.edited_at = timezone.now()
        locked.save(update_fields=["body", "body_html", "language", "edited_at"])
        generations.bump(generations.of_article(comment.discussion_id))


def delete(comment: Comment) -> None:
    """Take a comment out of sight; its replies stay, under a placeholder. Twice is once."""
    own = (Comment.Status.VISIBLE, Comment.Status.PENDING)  # what a moderator hid stays hidden
    visibility.change_statuses([comment.pk], Comment.Status.DELETED, among=own)


def language_of(body: str) -> str:
    """`ru` where Cyrillic letters prevail, else `en`."""
    letters = [letter for letter in body.lower() if letter.isalpha()]
    cyrillic = sum("а" <= letter <= "я" or letter == "ё" for letter in letters)
    return "ru" if cyrillic * 2 > len(letters) else settings.LANGUAGE_CODE


def _lock_discussion(article: Article) -> Discussion:
    Discussion.objects.get_or_create(article=article)
    return Discussion.objects.select_for_update().get(article=article)


def _earlier(submission_key: UUID) -> Comment | None:
    return Comment.objects.filter(submission_key=submission_key).first()


def _parent(discussion: Discussion, seq: int) -> Comment:
    parent = discussion.comments.filter(seq=seq).first()
    if parent is None or not parent.is_visible:
        raise PostingRefused(_("The comment you are answering is no longer there."))
    return parent


def _place(discussion: Discussion, parent: Comment | None) -> Comment:
    comment = Comment(discussion=discussion)
    comment.place(discussion.next_seq, parent, _next_in_thread(parent) if parent else 0)
    return comment


def _next_in_thread(comment: Comment) -> int:
    thread = Comment.objects.filter(discussion=comment.discussion_id, root_seq=comment.root_seq)
    newest = thread.order_by("-root_ord").values_list("root_ord", flat=True).first()
    return (newest or 0) + 1


def _set_body(comment: Comment, body: str) -> None:
    comment.body = body
    comment.body_html = render(body)
    comment.language = language_of(body)
