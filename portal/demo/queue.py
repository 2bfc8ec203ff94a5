"""What waits for the demo's moderators: so that their queue can be tried at once."""

import tomllib
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from comments import moderation, posting
from comments.models import Comment, CommentReport, ModerationEvent
from comments.moderation import Ruling
from news.models import Article
from portal.models import User


def load_queue(readers: list[User]) -> None:
    """Once, into the newest discussion of the demo that people have written in."""
    demo = Article.objects.published().filter(import_key__startswith="demo:", comment_count__gt=5)
    article = demo.order_by("-published_at").first()
    if article is None or ModerationEvent.objects.exists():
        return
    text = (Path(__file__).parent / "queue.toml").read_text(encoding="utf-8")
    for entry in tomllib.loads(text)["comment"]:
        _write(article, entry, readers)


def _write(article: Article, entry: dict[str, Any], readers: list[User]) -> None:
    by = entry["by"]
    author = _newcomer(by) if isinstance(by, str) else readers[by]
    parent = Comment.objects.visible().filter(discussion=article.pk).order_by("seq").last()
    parent_seq = parent.seq if parent and entry.get("answers") else None
    comment = posting.post(article, author.pk, entry["text"], parent_seq)
    if rules := entry.get("rules"):
        moderation.decide([comment.pk], "hold", Ruling(None, rules=tuple(rules)))
    others = [reader for reader in readers if reader != author]
    CommentReport.objects.bulk_create(
        CommentReport(comment=comment, reporter=reporter, reason=reason, note=note)
        for reporter, (reason, note) in zip(others, entry.get("reports", []), strict=False)
    )


def _newcomer(username: str) -> User:
    defaults = {
        "email": f"newcomer{User.objects.count()}@example.org",
        "password": make_password(None),
        "language": "ru" if username[0] > "z" else "en",
    }
    return User.objects.get_or_create(username=username, defaults=defaults)[0]
