"""Writing into a discussion, and changing one's own. Numbers are given under the discussion's lock.

What an act costs never depends on how many comments there are.
"""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import drafts, following, moderation, spam, visibility
from comments.drafts import Place
from comments.markdown import without_quotes
from comments.mentions import render
from comments.models import Comment, CommentRevision, Discussion
from comments.spam import PASSED, Verdict
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
    *,
    language: str = "",
    follow: bool = False,
    verdict: Verdict = PASSED,
) -> Comment:
    """Add a comment to `article`, as a reply if `parent_seq` names one.

    Without `language` it is found out. The same `submission_key` again gives back the comment it
    made the first time. What `verdict` holds waits for a moderator. Raises PostingRefused.
    """
    with transaction.atomic():
        discussion = _lock_discussion(article)
        if submission_key and (earlier := _earlier(submission_key)):
            if earlier.author_id != author_id:
                raise PostingRefused(_("This form has been used already. Please open it anew."))
            return earlier
        if verdict.refusal:
            raise PostingRefused(verdict.refusal)
        if not discussion.is_open:
            raise PostingRefused(_("This discussion is closed."))
        parent = _parent(discussion, parent_seq) if parent_seq is not None else None
        comment = _place(discussion, parent)
        comment.author_id = author_id
        comment.submission_key = submission_key
        comment.announced_at = None
        _say(comment, body, language)
        if verdict.is_held:
            comment.status = Comment.Status.PENDING
        visibility.add(comment)
        _remember(comment, verdict)
        drafts.discard(author_id, Place(article, parent))
        if follow:
            following.follow(author_id, discussion)
    return comment


def edit(comment: Comment, body: str, language: str = "", *, verdict: Verdict = PASSED) -> None:
    """Replace what `comment` says; what it said before stays in its history.

    What `verdict` holds waits for a moderator again. Raises PostingRefused.
    """
    if verdict.refusal:
        raise PostingRefused(verdict.refusal)
    with transaction.atomic():
        if verdict.is_held:
            _lock_discussion(comment.discussion.article)
        locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        if locked.status not in OWN:
            raise PostingRefused(_("This comment is no longer there."))
        before = (locked.body, locked.language)
        _say(locked, body, language)
        if (locked.body, locked.language) == before:
            return
        if locked.body != before[0]:
            CommentRevision.objects.create(comment=locked, body=before[0], language=before[1])
            locked.edited_at = timezone.now()
        locked.save(update_fields=["body", "body_html", "language", "edited_at"])
        if verdict.is_held:
            visibility.change_status(locked, Comment.Status.PENDING)
        _remember(locked, verdict)
        generations.bump(generations.of_article(locked.discussion_id))


# What its author may take back; what a moderator hid stays hidden.
OWN = (Comment.Status.VISIBLE, Comment.Status.PENDING)


def delete(comment: Comment) -> None:
    """Take a comment out of sight; its replies stay, under a placeholder. Twice is once."""
    with transaction.atomic():
        before = visibility.change_statuses([comment.pk], Comment.Status.DELETED, among=OWN)
        if comment.pk in before:
            Comment.objects.filter(pk=comment.pk).update(
                deleted_at=timezone.now(), deleted_from=before[comment.pk]
            )


def restore(comment: Comment) -> None:
    """Undo a deletion: the comment is again what it was. Twice is once."""
    if comment.deleted_from in OWN:
        deleted = [Comment.Status.DELETED]
        visibility.change_statuses([comment.pk], comment.deleted_from, among=deleted)


def language_of(body: str) -> str:
    """`ru` where Cyrillic letters prevail in what is not quoted, else `en`."""
    letters = [letter for letter in without_quotes(body).lower() if letter.isalpha()]
    cyrillic = sum("а" <= letter <= "я" or letter == "ё" for letter in letters)
    return "ru" if cyrillic * 2 > len(letters) else settings.LANGUAGE_CODE


def _lock_discussion(article: Article) -> Discussion:
    discussions = Discussion.objects.select_for_update(of=("self",))
    locked = discussions.filter(article=article).first()
    if locked is None:
        Discussion.objects.bulk_create([Discussion(article=article)], ignore_conflicts=True)
        locked = discussions.get(article=article)
    return locked


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


def _remember(comment: Comment, verdict: Verdict) -> None:
    """What it is recognised by when it comes again, and why it waits."""
    spam.remember(comment)
    if verdict.is_held:
        moderation.record_hold(comment, verdict.rules, verdict.note)


def _say(comment: Comment, body: str, language: str) -> None:
    comment.body = body
    comment.body_html = render(body)
    comment.language = language or language_of(body)
