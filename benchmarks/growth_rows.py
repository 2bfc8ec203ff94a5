"""Fills an empty portal with articles and comments, as many as asked for, in minutes.

Rows are made as instances of the models and copied into their tables, with neither indexes nor
foreign keys nor triggers in the way; what those would have made is made afterwards. What grows with
the years grows here: articles, their texts, mentions, comments, readers. Rubrics, sources and
entities stay the same, and fifty articles come out a day, so a larger portal is an older one.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate, count, islice, pairwise
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from tqdm import tqdm

from benchmarks.growth_words import Words
from comments.models import Comment, Discussion
from comments.models.comment import wilson_bound
from news.body import slug_of
from news.models import (
    Article,
    ArticleText,
    Correction,
    Entity,
    Image,
    Mention,
    Rubric,
    SearchEntry,
    Source,
)
from news.search_results import CONFIGURATIONS
from portal.models import User

A_DAY = 50
RUBRICS, SOURCES, ENTITIES, IMAGES = 8, 40, 1000, 200
BODIES = 5000  # in each language: agencies' texts that many articles share
_TABLES = [Article, ArticleText, SearchEntry, Correction, Mention, Discussion, Comment, User]

M = TypeVar("M", bound=Model)


def fill(articles: int, comments: int, title: str) -> None:
    """Progress is shown under `title`."""
    readers = max(20, articles // 10)
    with tqdm(total=articles + comments, desc=title, unit=" rows") as bar:
        _catalogue()
        indexes = _drop_indexes()
        _copy(User, (_reader(number) for number in range(1, readers + 1)))
        _fill_articles(articles, readers, bar)
        _fill_comments(articles, comments, readers, bar)
        bar.set_description(f"{title}: indexes")
        _build(indexes)


def _catalogue() -> None:
    chance, words = random.Random(1), {language: Words(language) for language in ("en", "ru")}

    def named(number: int, slug: str) -> dict[str, str]:
        en, ru = (words[language].names[number].capitalize() for language in ("en", "ru"))
        return {"slug": f"{slug}-{number}", "name_en": en, "name_ru": ru}

    Rubric.objects.bulk_create(
        Rubric(**named(number, "rubric"), position=number, hue=number * 40)
        for number in range(RUBRICS)
    )
    Source.objects.bulk_create(
        Source(**named(number, "source"), rights_holder="The agency", licence="CC BY 4.0")
        for number in range(SOURCES)
    )
    Entity.objects.bulk_create(
        Entity(
            **named(number, "entity"),
            kind=chance.choice(Entity.Kind.values),
            description_en=words["en"].sentence(chance, 20),
            description_ru=words["ru"].sentence(chance, 20),
        )
        for number in range(ENTITIES)
    )
    Image.objects.bulk_create(_image(number) for number in range(IMAGES))


def _image(number: int) -> Image:
    renditions = [
        {
            "crop": crop,
            "width": width,
            "height": width * 2 // 3,
            "stem": f"r/{number}/{crop}{width}",
        }
        for crop, widths in [
            ("full", (480, 960, 1440)),
            ("wide", (480, 800, 1200)),
            ("card", (320, 640, 960)),
            ("square", (240,)),
        ]
        for width in widths
    ]
    words = {"alt_en": "A picture", "alt_ru": "Снимок", "credit": "ESA", "licence": "CC BY 4.0"}
    # Not saved one by one, since the field would open the file.
    return Image(file=f"r/{number}.jpg", width=1600, height=1067, renditions=renditions, **words)


def _reader(number: int) -> User:
    name = f"reader{number}"
    return User(pk=number, username=name, email=f"{name}@example.org", password="!")


def _fill_articles(total: int, readers: int, bar: "tqdm[Any]") -> None:
    chance = random.Random(2)
    words = {language: Words(language) for language in ("en", "ru")}
    entities = list(Entity.objects.order_by("pk").values_list("pk", flat=True))
    started = timezone.now() - timedelta(days=total / A_DAY, minutes=1)
    bodies = {code: [words[code].body(chance) for _ in range(BODIES)] for code in words}
    _prepare_search(bodies)
    numbers = iter(range(1, total + 1))
    while batch := list(islice(numbers, 2000)):
        made = list(_articles(batch, started, readers, chance))
        texts = [text for each in made for text in _texts(each, words, bodies, chance)]
        _copy(Article, made)
        _copy(ArticleText, texts)
        _copy(Mention, (one for each in made for one in _mentions(each, entities, chance)))
        _copy(Correction, (_correction(each) for each in made if chance.random() < 0.02))
        _enter_in_search(batch[0], batch[-1])
        bar.update(len(batch))


def _articles(
    numbers: list[int], started: datetime, readers: int, chance: random.Random
) -> Iterator[Article]:
    rubrics, sources, images = (
        list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        for model in (Rubric, Source, Image)
    )
    for pk in numbers:
        article = _article(pk, started + timedelta(days=pk / A_DAY), readers, chance)
        article.rubric_id = rubrics[min(int(chance.expovariate(0.5)), RUBRICS - 1)]
        article.source_id = sources[min(int(chance.expovariate(0.3)), SOURCES - 1)]
        article.image_id = chance.choice(images) if chance.random() < 0.6 else None
        yield article


def _prepare_search(bodies: dict[str, list[str]]) -> None:
    """What the triggers make of each body, once, since that takes longer than all the rest."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE body (hash text PRIMARY KEY, words tsvector)")
        for code, texts in bodies.items():
            cursor.execute(
                "INSERT INTO body SELECT md5(text), news_words(%s, '', '', text)"
                " FROM unnest(%s::text[]) AS text ON CONFLICT DO NOTHING",
                [CONFIGURATIONS[code], texts],
            )


def _enter_in_search(first: int, last: int) -> None:
    words = ", ".join(
        f"(SELECT news_words('{configuration}', title, lead, '') || body.words"
        f" FROM news_articletext JOIN body ON hash = md5(body)"
        f" WHERE article_id = article.id AND language = '{code}')"
        for code, configuration in CONFIGURATIONS.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO news_searchentry"
            " (article_id, published_at, rubric_id, source_id, words_en, words_ru)"
            f" SELECT id, published_at, rubric_id, source_id, {words} FROM news_article article"
            " WHERE state = 'published' AND id BETWEEN %s AND %s",
            [first, last],
        )


def _article(pk: int, at: datetime, readers: int, chance: random.Random) -> Article:
    is_response = pk > 100 and chance.random() < 0.01
    fate = chance.random()
    return Article(
        pk=pk,
        rights_holder="The agency",
        licence="CC BY 4.0",
        original_language="en" if chance.random() < 0.55 else "ru",
        response_to_id=pk - chance.randint(1, 100) if is_response else None,
        response_kind="reply" if is_response else "",
        author_id=chance.randint(1, readers) if is_response else None,
        state="draft" if fate < 0.005 else "retracted" if fate < 0.006 else "published",
        retraction_en="It was wrong.",
        retraction_ru="Это было неверно.",
        published_at=at,
        created_at=at,
        updated_at=at,
        is_pinned=chance.random() < 0.0005,
        views=int(chance.lognormvariate(6, 1.2)),
        rating=int(chance.gauss(10, 12)),
    )


def _texts(
    article: Article, words: dict[str, Words], bodies: dict[str, list[str]], chance: random.Random
) -> Iterator[ArticleText]:
    first = article.original_language
    languages = [first, "ru" if first == "en" else "en"][: chance.choice([1, 2])]
    if len(languages) > 1:  # what the trigger would say of a translation that follows nothing
        article.translation = Article.Translation.STALE
    for language in languages:
        title = words[language].sentence(chance, chance.randint(5, 10))
        yield ArticleText(
            article_id=article.pk,
            language=language,
            title=title[:250],
            slug=slug_of(title),
            lead=words[language].sentence(chance, 25) + ".",
            body=chance.choice(bodies[language]),
            origin="original" if language == first else "human",
            is_checked=True,
            updated_at=article.updated_at,
        )


def _mentions(article: Article, entities: list[int], chance: random.Random) -> Iterator[Mention]:
    """A few entities are in every tenth article, most in hardly any."""
    picked = {
        entities[min(int(chance.paretovariate(0.7)) - 1, len(entities) - 1)]
        for _ in range(chance.randint(1, 8))
    }
    for entity in picked:
        state = chance.choices(Mention.State.values, [15, 80, 5])[0]
        yield Mention(
            article_id=article.pk, entity_id=entity, state=state, created_at=article.created_at
        )


def _correction(article: Article) -> Correction:
    assert article.published_at
    at = article.published_at + timedelta(hours=3)
    return Correction(
        article_id=article.pk, kind="typo", note_en="A typo.", note_ru="Опечатка.", corrected_at=at
    )


def _fill_comments(articles: int, comments: int, readers: int, bar: "tqdm[Any]") -> None:
    chance, words = random.Random(3), Words("en")
    counts = _shares(articles, comments, chance)
    bodies = [words.sentence(chance, chance.randint(4, 60)) for _ in range(5000)]
    published = dict(Article.objects.values_list("pk", "published_at"))
    numbers, discussed = count(1), (pk for pk in sorted(published) if counts[pk - 1])
    while batch := list(islice(discussed, 1000)):
        threads = [
            list(_thread(pk, published[pk], counts[pk - 1], numbers, readers, bodies, chance))
            for pk in batch
        ]
        _copy(Discussion, (_discussion(thread) for thread in threads))
        _copy(Comment, (comment for thread in threads for comment in thread))
        bar.update(sum(map(len, threads)))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE news_article SET comment_count = visible_count"
            " FROM comments_discussion WHERE article_id = news_article.id"
        )


def _shares(articles: int, comments: int, chance: random.Random) -> list[int]:
    """How many of `comments` each article has: a third has none, most a few, some hundreds."""
    weights = (
        0 if chance.random() < 1 / 3 else min(chance.paretovariate(0.8), 300)
        for _ in range(articles)
    )
    upto = list(accumulate(weights))
    ends = [round(comments * weight / upto[-1]) for weight in upto]
    return [end - start for start, end in pairwise([0, *ends])]


def _thread(
    article: int,
    at: datetime,
    size: int,
    numbers: Iterator[int],
    readers: int,
    bodies: list[str],
    chance: random.Random,
) -> Iterator[Comment]:
    """All comments of one article; about half of them answer one of the last ten."""
    made: list[Comment] = []
    roots: dict[int, Comment] = {}
    now = timezone.now()
    for seq in range(1, size + 1):
        parent = chance.choice(made[-10:]) if made and chance.random() < 0.5 else None
        root = roots[parent.root_seq] if parent else None
        at = min(at + timedelta(minutes=chance.expovariate(1 / 20)), now)
        body = chance.choice(bodies)
        up, down = int(chance.expovariate(0.3)), int(chance.expovariate(1))
        comment = Comment(
            pk=next(numbers),
            discussion_id=article,
            author_id=chance.randint(1, readers),
            up=up,
            down=down,
            best=wilson_bound(up, down),
            language="en",
            body=body,
            body_html=f"<p>{body}</p>",
            created_at=at,
        )
        comment.place(seq, parent, root.thread_size if root else 0)
        if root:
            root.thread_size += 1
            root.last_seq = seq
        else:
            roots[seq] = comment
        made.append(comment)
    return iter(made)


def _discussion(thread: list[Comment]) -> Discussion:
    last = thread[-1]
    return Discussion(
        article_id=last.discussion_id,
        next_seq=last.seq + 1,
        visible_count=last.seq,
        last_at=last.created_at,
        last_comment_id=last.pk,
    )


def _copy(model: type[M], rows: Iterable[M]) -> None:
    """COPY, with the columns that Django would write. Foreign keys are not checked."""
    with_pk = model in (User, Article, Discussion, Comment)
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (with_pk or not field.primary_key)
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([_written(field, row) for field in fields])
        cursor.execute("RESET session_replication_role")


def _written(field: Any, row: Model) -> Any:
    value = getattr(row, field.attname)
    if value is None and getattr(field, "auto_now", False) | getattr(field, "auto_now_add", False):
        return timezone.now()
    return field.get_db_prep_save(value, connection)


def _drop_indexes() -> list[str]:
    """Those of the large tables that no constraint needs; returns how to make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [[model._meta.db_table for model in _TABLES]],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in indexes]


def _build(indexes: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for definition in indexes:
            cursor.execute(definition)
        for model in (User, Article, Comment):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        cursor.execute("DROP TABLE body")
        cursor.execute("VACUUM ANALYZE")
