"""The demo: articles of our own about real events, pictures drawn by program, readers who argue.

Everything is found again by its key, so loading twice adds nothing, and what somebody has changed
since stays changed. Times count back from the day of the first loading.
"""

import io
import random
import signal
import tomllib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from news.models import (
    Article,
    ArticleText,
    ArticleVote,
    Correction,
    Entity,
    EntityAlias,
    Image,
    Mention,
    Rubric,
    Source,
)
from news.tasks import make_renditions
from portal.demo import pictures
from portal.demo.digests import load_digests
from portal.demo.discussions import load_discussions
from portal.demo.people import load_people, load_subscriptions
from portal.demo.queue import load_queue
from portal.models import User
from portal.supervisor import die_with_parent

FOLDER = Path(__file__).parent
LICENCE = {
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
}
Progress = Callable[[str], None]


def load(progress: Progress) -> None:
    """Load what is missing of the demo. `progress` is told what is being done."""
    texts = [read(path) for path in sorted(FOLDER.glob("articles/*.toml"))]
    progress("readers")
    readers = load_people()
    progress("rubrics, sources, entities")
    _load_catalogue()
    wanted = [data for data in texts if not _article_of(data["key"])]
    progress(f"{len(wanted)} articles with their pictures")
    with ProcessPoolExecutor(initializer=die_with_parent(signal.SIGKILL)) as pool:
        drawn = dict(zip((data["key"] for data in wanted), pool.map(_draw, wanted), strict=True))
    for data in sorted(wanted, key=lambda data: "response" in data):
        with transaction.atomic():
            _load_article(data, drawn[data["key"]], readers)
    progress("discussions")
    load_discussions(readers)
    load_queue(readers)
    progress("subscribers and past digests")
    load_subscriptions()
    load_digests()


@cache
def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _load_catalogue() -> None:
    catalogue = read(FOLDER / "catalogue.toml")
    for position, rubric in enumerate(catalogue["rubric"], start=1):
        values = rubric | {"position": position * 10}
        Rubric.objects.get_or_create(slug=values.pop("slug"), defaults=values)
    for source in catalogue["source"]:
        values = source | LICENCE | {"rights_holder": "Vestnik"}
        Source.objects.get_or_create(slug=values.pop("slug"), defaults=values)
    for path in sorted(FOLDER.glob("entities_*.toml")):
        for entity in read(path)["entity"]:
            _load_entity(dict(entity))


def _load_entity(values: dict[str, Any]) -> None:
    aliases = {language: values.pop(f"aliases_{language}", []) for language in ("en", "ru")}
    entity, is_new = Entity.objects.get_or_create(slug=values.pop("slug"), defaults=values)
    if is_new:
        EntityAlias.objects.bulk_create(
            EntityAlias(entity=entity, language=language, name=name)
            for language, names in aliases.items()
            for name in dict.fromkeys(names)
        )


def _article_of(key: str) -> Article | None:
    return Article.objects.filter(import_key=f"demo:{key}").first()


def _draw(data: dict[str, Any]) -> bytes | None:
    """The picture as JPEG; runs in a process of its own, drawing is all arithmetic."""
    if "image" not in data:
        return None
    buffer = io.BytesIO()
    pictures.draw(data["image"]["scene"], data["image"]["seed"]).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _load_article(data: dict[str, Any], drawn: bytes | None, readers: list[User]) -> None:
    chance = random.Random(data["key"])
    response = data.get("response")
    author = chance.choice(readers) if response else None
    article = Article.objects.create(
        import_key=f"demo:{data['key']}",
        rubric=Rubric.objects.get(slug=data["rubric"]),
        source=Source.objects.get(slug=data["source"]),
        source_url=data.get("source_url", ""),
        rights_holder=author.username if author else "Vestnik",
        **LICENCE,
        original_language=data["original_language"],
        image=_load_image(data, drawn) if drawn else None,
        author=author,
        response_to=_article_of(response["to"]) if response else None,
        response_kind=response["kind"] if response else "",
        published_at=_published_at(data),
        is_pinned=data.get("pinned", False),
        views=data.get("views", 0),
        state=Article.State.PUBLISHED,
    )
    _load_texts(article, data)
    _load_mentions_and_corrections(article, data)
    _load_votes(article, chance, readers)


def _load_image(data: dict[str, Any], drawn: bytes) -> Image:
    words = {name: data["image"][name] for name in ("alt_en", "alt_ru", "caption_en", "caption_ru")}
    file = ContentFile(drawn, name=f"{data['key']}.jpg")
    image = Image.objects.create(file=file, **words, credit="Vestnik", licence="CC BY 4.0")
    make_renditions.delay_on_commit(image.pk)
    return image


def _published_at(data: dict[str, Any]) -> datetime:
    day = timezone.localdate() - timedelta(days=data["days_ago"])
    at = timezone.make_aware(datetime.combine(day, time.fromisoformat(data["time"])))  # noqa: DTZ
    return at if at < timezone.now() else at - timedelta(days=1)


def _load_texts(article: Article, data: dict[str, Any]) -> None:
    original_first = sorted({"en", "ru"} & data.keys(), key=article.original_language.__ne__)
    for language in original_first:
        words = data[language]
        ArticleText.objects.create(
            article=article,
            language=language,
            title=words["title"],
            lead=words["lead"],
            dateline=words.get("dateline", ""),
            body=words["body"],
            origin=words.get("origin", ArticleText.Origin.ORIGINAL),
            is_checked=words.get("checked", True),
        )
    article.mark_translated(article.texts.all())


def _load_mentions_and_corrections(article: Article, data: dict[str, Any]) -> None:
    for slug in data["mentions"]:
        entity = Entity.objects.get(slug=slug)
        Mention.objects.create(article=article, entity=entity, state=Mention.State.ACCEPTED)
    for correction in data.get("corrections", []):
        Correction.objects.create(
            article=article,
            kind=correction["kind"],
            note_en=correction["note_en"],
            note_ru=correction["note_ru"],
            corrected_at=timezone.now() - timedelta(days=correction["days_ago"]),
        )


def _load_votes(article: Article, chance: random.Random, readers: list[User]) -> None:
    voters = chance.sample(readers, chance.randint(3, len(readers)))
    values = [chance.choice([1, 1, 1, 1, -1]) for _voter in voters]
    ArticleVote.objects.bulk_create(
        ArticleVote(article=article, user=voter, value=value)
        for voter, value in zip(voters, values, strict=True)
    )
    Article.objects.filter(pk=article.pk).update(rating=sum(values))
