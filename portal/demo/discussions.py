"""The demo's discussions: conversations written by hand, and one of thousands put together."""

import random
import tomllib
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from comments.markdown import render
from comments.models import Comment, CommentVote, Discussion
from comments.models.comment import wilson_bound
from comments.posting import language_of
from news.models import Article
from portal.models import User

LONG_DISCUSSION = 3000
SHORT_DISCUSSIONS = 8


def load_discussions(readers: list[User]) -> None:
    """Fill the demo's articles that have no discussion yet."""
    text = (Path(__file__).parent / "discussions.toml").read_text(encoding="utf-8")
    corpus = tomllib.loads(text)
    by_rubric = defaultdict(list)
    demo = Article.objects.published().filter(import_key__startswith="demo:")
    for article in demo.filter(discussion=None).select_related("rubric").order_by("published_at"):
        by_rubric[article.rubric.slug].append(article)
    for thread in corpus["thread"]:
        if by_rubric[thread["topic"]]:
            article = by_rubric[thread["topic"]].pop()
            _write(article, readers, _by_hand(thread))
    rest = [article for articles in by_rubric.values() for article in articles]
    if rest and not Comment.objects.filter(seq=LONG_DISCUSSION).exists():
        longest = max(rest, key=lambda article: (article.is_pinned, article.views))
        rest.remove(longest)
        _write(longest, readers, _put_together(corpus["phrases"], LONG_DISCUSSION, longest.pk))
    for article in rest[:SHORT_DISCUSSIONS]:
        size = 3 + article.views % 20
        _write(article, readers, _put_together(corpus["phrases"], size, article.pk))


# A line of a conversation: who (counted around the readers), what it answers (index of a line, or -1), what.
Line = tuple[int, int, str]


def _by_hand(thread: dict[str, Any]) -> list[Line]:
    return [(line["by"], line["parent"], line["text"]) for line in thread["comments"]]


def _put_together(phrases: dict[str, list[str]], size: int, seed: int) -> list[Line]:
    chance = random.Random(seed)
    lines: list[Line] = []
    for number in range(size):
        language = chance.choices(["ru", "en"], [3, 2])[0]
        parts = [phrases[f"{part}_{language}"] for part in ("openings", "points", "closings")]
        text = " ".join(chance.choice(part) for part in parts)
        # Most answer something recent; one in four starts a thread of its own.
        is_root = number == 0 or chance.random() < 0.25
        parent = -1 if is_root else number - 1 - min(number - 1, int(chance.expovariate(0.15)))
        lines.append((chance.randrange(1000), parent, text))
    return lines


@transaction.atomic
def _write(article: Article, readers: list[User], lines: list[Line]) -> None:
    discussion = Discussion.objects.create(article=article)
    comments: list[Comment] = []
    for at, (by, parent, text) in zip(_times(article, len(lines)), lines, strict=True):
        comment = Comment(
            discussion=discussion,
            author=readers[by % len(readers)],
            body=text,
            body_html=render(text),
            language=language_of(text),
            created_at=at,
        )
        _place(comment, comments, parent)
        comments.append(comment)
    _insert(comments)
    if len(comments) < 100:
        _vote(comments, readers)
    discussion.next_seq = len(comments) + 1
    discussion.visible_count = len(comments)
    discussion.last_comment, discussion.last_at = comments[-1], comments[-1].created_at
    discussion.save()
    Article.objects.filter(pk=article.pk).update(comment_count=len(comments))


def _times(article: Article, count: int) -> list[datetime]:
    """`count` moments from publication on, denser at first, the last a little before now."""
    assert article.published_at is not None
    chance = random.Random(article.pk)
    span = min(timezone.now() - article.published_at, timedelta(days=5)) * 0.97
    return sorted(article.published_at + span * chance.random() ** 2 for _ in range(count))


def _place(comment: Comment, earlier: list[Comment], parent: int) -> None:
    above = earlier[parent] if parent >= 0 else None
    root = earlier[above.root_seq - 1] if above else None
    comment.place(len(earlier) + 1, above, root.thread_size if root else 0)
    if root:
        root.thread_size += 1
        root.last_seq = comment.seq


def _insert(comments: list[Comment]) -> None:
    """Level by level, since a reply needs the key of what it answers."""
    by_depth = defaultdict(list)
    depths: list[int] = []
    for comment in comments:
        depth = depths[comment.parent.seq - 1] + 1 if comment.parent else 0
        depths.append(depth)
        by_depth[depth].append(comment)
    for _depth, level in sorted(by_depth.items()):
        for comment in level:
            comment.parent = comment.parent  # picks up the key its parent has got by now
        Comment.objects.bulk_create(level, batch_size=500)


def _vote(comments: list[Comment], readers: list[User]) -> None:
    chance = random.Random(comments[0].discussion_id)
    votes = []
    for comment in comments:
        voters = [
            reader for reader in readers if reader != comment.author and chance.random() < 0.2
        ]
        values = [chance.choice([1, 1, 1, -1]) for _voter in voters]
        votes += [
            CommentVote(comment=comment, user=voter, value=value)
            for voter, value in zip(voters, values, strict=True)
        ]
        comment.up, comment.down = values.count(1), values.count(-1)
        comment.best = wilson_bound(comment.up, comment.down)
    CommentVote.objects.bulk_create(votes)
    Comment.objects.bulk_update(comments, ["up", "down", "best"])
