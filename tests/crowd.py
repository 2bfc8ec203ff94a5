"""Discussions of any size, made at once: the rows are those that posting would have left."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from comments.models import Comment, Discussion, wilson_bound
from news.models import Article

WORDS = {
    "en": "the probe landed on far side of moon and nobody saw it but we read about this in news "
    "yesterday which is why I ask how long will batteries last there when night comes",
    "ru": "зонд сел на обратной стороне Луны и никто этого не видел но вчера мы читали об этом в "
    "новостях поэтому я спрашиваю надолго ли хватит батарей когда там наступит ночь",
}


def make_talk(article: Article, author_ids: Sequence[int], size: int, seed: int = 0) -> Discussion:
    """`size` comments of people who mostly answer something recent; one in four starts a thread."""
    chance = random.Random(seed)

    def parent_of(number: int) -> int:
        if number == 1 or chance.random() < 0.25:
            return 0
        return max(1, number - 1 - int(chance.expovariate(0.15)))

    return make_talk_of(article, author_ids, size, parent_of, chance)


@transaction.atomic
def make_talk_of(
    article: Article,
    author_ids: Sequence[int],
    size: int,
    parent_of: Callable[[int], int],
    chance: random.Random,
) -> Discussion:
    """The same, where `parent_of(n)` is the number that comment n answers, or 0."""
    discussion = Discussion.objects.create(article=article, next_seq=size + 1, visible_count=size)
    first_pk, now = _reserve(size), timezone.now()
    comments: list[Comment] = []
    for number in range(1, size + 1):
        comment = _written(chance, discussion, chance.choice(author_ids))
        comment.pk = first_pk + number - 1
        comment.created_at = now - timedelta(seconds=20 * (size - number) + 60)
        _place(comment, comments, number, parent_of(number))
        comments.append(comment)
    _insert(comments)
    discussion.last_comment, discussion.last_at = comments[-1], comments[-1].created_at
    discussion.save()
    Article.objects.filter(pk=article.pk).update(comment_count=size)
    return discussion


def _reserve(size: int) -> int:
    """The first of `size` free keys in a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(n) FROM (SELECT nextval('comments_comment_id_seq') AS n"
            " FROM generate_series(1, %s)) AS reserved",
            [size],
        )
        return cursor.fetchone()[0]


def _insert(comments: list[Comment]) -> None:
    """By COPY: ten thousand in a second."""
    fields = Comment._meta.concrete_fields
    columns = ", ".join(field.column for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY comments_comment ({columns}) FROM STDIN") as rows,
    ):
        for comment in comments:
            values = ((field, field.value_from_object(comment)) for field in fields)
            rows.write_row([field.get_db_prep_save(value, connection) for field, value in values])


def _written(chance: random.Random, discussion: Discussion, author_id: int) -> Comment:
    language = chance.choices(["ru", "en"], [3, 2])[0]
    words = chance.choices(WORDS[language].split(), k=int(chance.triangular(4, 90, 20)))
    body = " ".join(words).capitalize() + "."
    up, down = int(chance.expovariate(0.3)), int(chance.expovariate(0.8))
    return Comment(
        discussion=discussion,
        author_id=author_id,
        language=language,
        body=body,
        body_html=f"<p>{body}</p>\n",
        up=up,
        down=down,
        best=wilson_bound(up, down),
    )


def _place(comment: Comment, earlier: list[Comment], number: int, parent_number: int) -> None:
    parent = earlier[parent_number - 1] if parent_number else None
    root = earlier[parent.root_seq - 1] if parent else None
    comment.place(number, parent, root.thread_size if root else 0)
    if root:
        root.thread_size += 1
        root.last_seq = number
