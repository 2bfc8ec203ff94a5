"""The accounts of `spam.py`, what they post, and the time that passes. Needs Django set up."""

import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import DateTimeField, F
from django.test import Client
from django.utils.module_loading import import_string
from redis.exceptions import ResponseError

from benchmarks.ordinary_texts import Readers, homepages
from benchmarks.spam_texts import PATTERNS, spam
from comments import spam as judge
from comments.models import Comment, ModerationEvent
from comments.spam.rules import RULES, Rule
from news.models import Article
from news.redis_client import client as redis_client
from portal.models import User
from tests.comments.readers import make_known_reader, make_newcomer, make_trusted_reader
from tests.factories import make_article, make_source

ARTICLES = 40
_MAKE = {"new": make_newcomer, "known": make_known_reader, "trusted": make_trusted_reader}
_TYPED = 5  # characters a second, by people
_LINKING = {"trusted": 0.08, "known": 0.01}

Fate = tuple[str, str, str]  # pattern or "comments", kind of account, what became of it


@dataclass
class Account:
    user: User
    kind: str
    address: str
    client: Client = field(default_factory=Client)


class Night:
    """What became of all that was written is in `spam` and `ordinary`."""

    def __init__(
        self,
        chance: random.Random,
        texts: Path | None,
        spammers: dict[str, int],
        readers: dict[str, int],
    ) -> None:
        self.chance, self.words = chance, Readers(chance, texts)
        self.articles = [make_article() for _ in range(ARTICLES)]
        for number, homepage in enumerate(sorted(homepages(texts) if texts else ())):
            make_source(f"source-{number}", homepage=homepage)
        networks = [f"198.51.100.{number}" for number in range(10)]
        self.spammers = _accounts("spammer", spammers, networks)
        homes = [f"10.{number // 250}.{number % 250}.7" for number in range(1000)]
        self.readers = _accounts("reader", readers, homes)
        chance.shuffle(self.readers)
        self._next_readers = cycle(self.readers)
        self.spam: list[Fate] = []
        self.judged: list[Fate] = []
        self.ordinary: list[Fate] = []
        self.seen_spam: list[str] = []
        self.held_words: list[str] = []

    def round(self, lasts: timedelta) -> None:
        """Each spammer tries once, as many ordinary comments are written among it, time passes."""
        number = len(self.spam) // len(self.spammers)
        turns: list[tuple[Account, int]] = [(one, 1) for one in self.spammers]
        turns += [(next(self._next_readers), 2) for _ in range(len(self.spammers) // 2)]
        self.chance.shuffle(turns)
        for account, comments in turns:
            for _ in range(comments):
                if account.user.username.startswith("spammer"):
                    self._spam(account, number)
                else:
                    self._write(account)
        run_periodic_tasks()
        pass_time(lasts)

    def later(self) -> None:
        """What is mailed late is mailed by now."""
        for _ in range(3):
            pass_time(timedelta(days=1))
            run_periodic_tasks()

    def is_about_spam(self, message: EmailMessage) -> bool:
        text = " ".join([message.subject, str(message.message()), message.body, *message.to])
        return "spammer" in text

    def _spam(self, account: Account, number: int) -> None:
        place = self.spammers.index(account)
        patterns = list(PATTERNS)
        pattern = patterns[(place if number % 2 else place + number // 2) % len(patterns)]
        body = spam(pattern, self.chance, [reader.user.username for reader in self.readers])
        article, parent = self._place(0.3)
        seconds = self.chance.choice([None, self.chance.uniform(20, 200)])
        sent = judge.Submission(account.user, article, body, parent, seconds=seconds)
        rules = [rule for rule, found in RULES.items() if rule != Rule.FIRST and list(found(sent))]
        self.judged.append((pattern, account.kind, "held" if rules else "seen"))
        fate = self._post(account, article, parent, body, seconds)
        self.spam.append((pattern, account.kind, fate))
        if fate == "seen":
            self.seen_spam.append(f"seen: {account.kind}: {body}")

    def _write(self, account: Account) -> None:
        article, parent = self._place(0.2)
        has_link = self.chance.random() < _LINKING[account.kind]
        body = self.words.write(parent.body if parent else "", has_link)
        seconds = 8 + len(body) / _TYPED
        fate = self._post(account, article, parent, body, seconds)
        kind = "comments with links" if has_link else "comments"
        self.ordinary.append((kind, account.kind, fate))
        if fate != "seen":
            event = ModerationEvent.objects.filter(comment__author=account.user).last()
            why = f"{event.rules} {event.note}" if event and fate == "held" else ""
            self.held_words.append(f"{fate}: {account.kind}: {body[:150]!r} {why}")

    def _place(self, share_of_answers: float) -> tuple[Article, Comment | None]:
        article = self.chance.choice(self.articles)
        visible = list(Comment.objects.visible().filter(discussion=article.pk).order_by("pk"))
        is_answer = visible and self.chance.random() < share_of_answers
        return article, self.chance.choice(visible) if is_answer else None

    def _post(
        self,
        account: Account,
        article: Article,
        parent: Comment | None,
        body: str,
        seconds: float | None,
    ) -> str:
        """What became of it, by the portal's own answer and the row."""
        key = uuid4()
        form = {"body": body, "submission_key": str(key), "language": "", "homepage": ""}
        if seconds is not None:
            form["shown"] = judge.stamp(timedelta(seconds=seconds))
        path = f"{parent.seq}/reply/" if parent else "new/"
        slug = article.texts.get().slug
        url = f"/en/articles/{article.pk}-{slug}/comments/{path}"
        answer = account.client.post(url, form, REMOTE_ADDR=account.address)
        comment = Comment.objects.filter(submission_key=key).first()
        if comment is None:
            return {422: "refused", 429: "too fast"}[answer.status_code]
        return "seen" if comment.is_visible else "held"


def _accounts(name: str, kinds: dict[str, int], addresses: list[str]) -> list[Account]:
    """Signed in, each from an address of its own as long as there are enough."""
    names = [(kind, number) for kind, count in kinds.items() for number in range(count)]
    made = []
    for address, (kind, number) in zip(cycle(addresses), names, strict=False):
        user = _MAKE[kind](username=f"{name}{secrets.token_hex(2)}{number}")
        account = Account(user, kind, address)
        account.client.force_login(user)
        made.append(account)
    return made


def run_periodic_tasks() -> None:
    """Those of comments, as beat would have them run meanwhile."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if entry["task"].startswith("comments."):
            import_string(entry["task"]).apply().get()


def pass_time(lasts: timedelta) -> None:
    """All that is known of comments, and all that limits have counted, becomes older."""
    for model in apps.get_app_config("comments").get_models():
        if model is not ModerationEvent:  # which the database keeps as it is
            names = [f.name for f in model._meta.concrete_fields if isinstance(f, DateTimeField)]
            older: dict[str, Any] = {name: F(name) - lasts for name in names}
            if older:
                model._default_manager.update(**older)
    _age(redis_client().scan_iter("vestnik:limit:*"), int(lasts.total_seconds() * 1000))


def _age(keys: Iterable[Any], milliseconds: int) -> None:
    redis = redis_client()
    for key in keys:
        try:
            times = redis.lrange(key, 0, -1)
        except ResponseError:
            continue  # another kind of limit
        left = redis.pttl(key) - milliseconds
        redis.delete(key)
        if left > 0:
            redis.rpush(key, *(int(time) - milliseconds for time in times))
            redis.pexpire(key, left)
