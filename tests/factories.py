"""Rows for tests, made with as few words as a test needs to say what matters to it."""

import io
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Picture

from news.likeness import sketch
from news.models import (
    Article,
    ArticleText,
    Entity,
    Image,
    IncomingFeed,
    IncomingItem,
    Mention,
    Rubric,
    Source,
)
from portal.models import User

_numbers = count(1)

WORDS = {"en": "Probe lands on the far side", "ru": "Зонд сел на обратной стороне"}


def make_user(username: str = "", **fields: Any) -> User:
    username = username or f"reader{next(_numbers)}"
    fields.setdefault("email", f"{username}@example.org")
    password = fields.pop("password", "correct horse")
    return User.objects.create_user(username, password=password, **fields)


def make_rubric(slug: str = "space", **fields: Any) -> Rubric:
    fields.setdefault("name_en", slug.capitalize())
    fields.setdefault("name_ru", "Рубрика")
    return Rubric.objects.get_or_create(slug=slug, defaults=fields)[0]


def make_source(slug: str = "agency", **fields: Any) -> Source:
    fields.setdefault("name_en", slug.capitalize())
    return Source.objects.get_or_create(slug=slug, defaults=fields)[0]


def make_image(**fields: Any) -> Image:
    buffer = io.BytesIO()
    Picture.new("RGB", (800, 500), "navy").save(buffer, "JPEG")
    defaults = {"alt_en": "Blue", "alt_ru": "Синее", "credit": "ESA", "licence": "CC BY 4.0"}
    file = ContentFile(buffer.getvalue(), name="blue.jpg")
    return Image.objects.create(file=file, **(defaults | fields))


def make_article(
    title: str = "",
    *,
    languages: tuple[str, ...] = ("en",),
    state: str = Article.State.PUBLISHED,
    published_at: datetime | None = None,
    **fields: Any,
) -> Article:
    """A published article with its rights; its first language is the original."""
    if state in (Article.State.PUBLISHED, Article.State.RETRACTED):
        published_at = published_at or timezone.now() - timedelta(minutes=1)
    defaults: dict[str, Any] = {
        "rights_holder": "The agency",
        "licence": "CC BY 4.0",
        "original_language": languages[0],
    }
    fields.setdefault("rubric", make_rubric())
    fields.setdefault("source", make_source())
    article = Article.objects.create(state=state, published_at=published_at, **(defaults | fields))
    for language in languages:
        add_text(article, language, title or f"{WORDS[language]} {next(_numbers)}")
    return article


def add_text(article: Article, language: str, title: str, **fields: Any) -> ArticleText:
    original = article.texts.filter(language=article.original_language).first()
    defaults: dict[str, Any] = {
        "lead": f"{title}: what is known",
        "body": f"<p>{title}, in many more words.</p>",
        "origin": ArticleText.Origin.HUMAN if original else ArticleText.Origin.ORIGINAL,
        "is_checked": True,
        "source_fingerprint": original.fingerprint if original else "",
    }
    return ArticleText.objects.create(
        article=article, language=language, title=title, **(defaults | fields)
    )


def make_entity(slug: str = "esa", **fields: Any) -> Entity:
    fields.setdefault("name_en", slug.upper())
    fields.setdefault("kind", Entity.Kind.COMPANY)
    return Entity.objects.get_or_create(slug=slug, defaults=fields)[0]


def mention(article: Article, slug: str = "esa", state: str = Mention.State.ACCEPTED) -> Mention:
    return Mention.objects.create(article=article, entity=make_entity(slug), state=state)


def make_moderator(username: str = "", **fields: Any) -> User:
    """Somebody with the role that moderators have in real life."""
    moderator = make_user(username, is_staff=True, **fields)
    moderator.groups.add(Group.objects.get(name="moderator"))
    return moderator


def make_feed(url: str = "https://agency.example/feed", **fields: Any) -> IncomingFeed:
    fields.setdefault("rubric", make_rubric())
    fields.setdefault("source", make_source(rights_holder="The agency", licence="CC BY 4.0"))
    return IncomingFeed.objects.create(url=url, **{"language": "en"} | fields)


def make_item(title: str = "", **fields: Any) -> IncomingItem:
    """What a feed brought: waiting, unless a test says otherwise."""
    number = next(_numbers)
    title = title or f"{WORDS['en']} {number}"
    feed = fields.pop("feed", None) or IncomingFeed.objects.first() or make_feed()
    defaults = {
        "key": f"item-{number}",
        "link": f"https://agency.example/news/{number}",
        "lead": f"{title}: what the agency says",
        "body": f"<p>{title}, in many more words of the agency.</p>",
        "language": feed.language,
        "rubric": feed.rubric,
        "source": feed.source,
    }
    item = IncomingItem(feed=feed, title=title, **(defaults | fields))
    item.sketch = sketch(item.title, item.lead)
    item.save()
    return item
