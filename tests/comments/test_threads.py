"""Threads are read from top to bottom, however long: nothing is lost, nothing is shown twice."""

import random
import re
from collections import defaultdict
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments import posting, visibility
from comments.models import Comment, Mute
from comments.reading import SORTS
from tests.crowd import make_talk_of
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def author():
    return make_user("anna").pk


def address(article, rest: str = "") -> str:
    return f"/en/articles/{article.pk}-{article.texts.get().slug}/comments/{rest}"


def read(client, url: str, **headers: str) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def numbers(html: str) -> list[int]:
    return [int(seq) for seq in re.findall(r'id="comment-(\d+)"', html)]


def links(html: str, pattern: str) -> list[str]:
    return [unescape(url) for url in re.findall(pattern, html)]


def rests(html: str) -> list[str]:
    return links(html, r'href="([^"]+\?after=\d+)" data-hx-get')


def walk(client, url: str) -> list[str]:
    """The pages from `url` on."""
    pages = [read(client, url)]
    while following := links(pages[-1], r'rel="next" href="([^"]+)"'):
        pages.append(read(client, following[0]))
        assert len(pages) < 100
    return pages


def test_more_replies_say_how_many_and_lead_to_them(client, article, author):
    posting.post(article, author, "Question.")
    for _ in range(58):
        posting.post(article, author, "Answer.", parent_seq=1)
    html = read(client, address(article))
    assert numbers(html) == [1, 2, 3, 4, 5, 6]
    assert "53 more replies" in html
    second = read(client, rests(html)[0])
    assert numbers(second) == [1, *range(7, 57)]
    assert numbers(read(client, rests(second)[0])) == [1, 57, 58, 59]


def test_htmx_puts_more_replies_under_what_they_answer(client, article, author):
    posting.post(article, author, "Question.")
    for parent in (1, 2, 3, 4, 5, 6, 1):
        posting.post(article, author, "Answer.", parent_seq=parent)
    html = read(client, address(article))
    assert numbers(html) == [1, 2, 3, 4, 5, 6]
    more = read(client, rests(html)[0], **HTMX)
    assert "<html" not in more
    places = re.findall(r'data-hx-swap-oob="beforeend:#comment-(\d+) > details"', more)
    assert list(zip(map(int, places), numbers(more), strict=True)) == [(6, 7), (1, 8)]


def test_deleted_replies_are_not_promised(client, article, author):
    posting.post(article, author, "Question.")
    for _ in range(7):
        posting.post(article, author, "Answer.", parent_seq=1)
    posting.delete(Comment.objects.get(seq=8))
    assert "1 more reply" in read(client, address(article))
    posting.delete(Comment.objects.get(seq=7))
    assert "more repl" not in read(client, address(article))


def test_one_by_one_shows_comments_without_threads_the_newest_first(client, article, author):
    for parent in (None, 1, None, 2):
        posting.post(article, author, "Word.", parent_seq=parent)
    posting.delete(Comment.objects.get(seq=2))
    html = read(client, address(article, "?sort=flat"))
    assert numbers(html) == [4, 3, 1]
    assert "in reply to #2" in html


@pytest.mark.parametrize("sort", ["newest", "flat"])
def test_sort_and_language_survive_paging(client, article, author, sort):
    for number in range(130):
        posting.post(article, author, "По-русски." if number % 2 else "In English.")
    pages = walk(client, address(article, f"?sort={sort}&language=ru"))
    assert [seq for page in pages for seq in numbers(page)] == list(range(130, 0, -2))
    assert all(f'id="sort-{sort}"' in page for page in pages)
    assert all(re.search(r'id="in-ru"[^>]+aria-current', page) for page in pages)


def test_replies_in_another_language_are_folded_not_lost(client, article, author):
    posting.post(article, author, "Вопрос.")
    posting.post(article, author, "Answer.", parent_seq=1)
    html = read(client, address(article, "?language=ru"))
    assert "<summary>Comment 2: in English</summary>" in html
    assert "Answer." in html
    assert html.count("<details open>") == 1


def test_low_rated_and_muted_comments_are_folded_not_lost(client, article, author):
    for _ in range(3):
        posting.post(article, author, "Word.")
    posting.post(article, make_user("troll").pk, "Gotcha.")
    Comment.objects.filter(seq=2).update(down=7, up=2)
    Comment.objects.filter(seq=3).update(down=7, up=3)
    reader = make_user("vera")
    Mute.objects.create(user=reader, muted=Comment.objects.get(seq=4).author)
    html = read(client, address(article))
    assert "<summary>Comment 2: rated low</summary>" in html
    assert html.count("<details open>") == 3
    client.force_login(reader)
    html = read(client, address(article))
    assert "<summary>Comment 4: you muted its author</summary>" in html
    assert "Gotcha." in html


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("deleted", "This comment was deleted by its author."),
        ("hidden", "This comment was hidden by a moderator."),
        ("spam", "This comment was hidden by a moderator."),
        ("pending", "This comment waits for a moderator."),
    ],
)
def test_a_placeholder_keeps_replies_and_says_why(client, article, author, status, words):
    posting.post(article, author, "Secret words.")
    posting.post(article, author, "Answer.", parent_seq=1)
    visibility.change_status(Comment.objects.get(seq=1), status)
    for rest in ("", "1/", "2/", "?sort=oldest"):
        html = read(client, address(article, rest))
        assert numbers(html) == [1, 2]
        assert words in html
        assert "Secret words." not in html
    assert (
        "anna"
        not in read(client, address(article, "1/"))
        .partition("Answer.")[0]
        .rpartition(words)[0]
        .rpartition("comment-1")[2]
    )


def test_a_deep_reply_names_what_it_answers(client, article, author):
    for parent in [None, *range(1, 40)]:
        posting.post(article, author, "Word.", parent_seq=parent)
    html = read(client, address(article, "1/"))
    assert numbers(html) == list(range(1, 41))
    assert "in reply to #7" in html
    assert "in reply to #6<" not in html
    assert numbers(read(client, address(article, "40/")))[-1] == 40


def test_long_comments_make_fewer_of_them_a_page(client, article, author):
    for _ in range(30):
        posting.post(article, author, "слово " * 1600)
    pages = walk(client, address(article))
    assert [seq for page in pages for seq in numbers(page)] == list(range(30, 0, -1))
    assert max(len(page.encode()) for page in pages) <= 100 * 1024


@st.composite
def talks(draw) -> list[tuple[int, str, int, int]]:
    """Of each comment: what it answers, whether it can be seen, its votes and its last reply."""
    size = draw(st.integers(1, 70))
    few_threads = draw(st.booleans())
    talk = []
    for number in range(1, size + 1):
        lowest = 1 if few_threads and number > 3 else 0
        parent = draw(st.integers(lowest, number - 1)) if number > 1 else 0
        status = draw(st.sampled_from(["visible"] * 5 + ["deleted", "hidden", "pending"]))
        talk.append((parent, status, draw(st.integers(0, 3)), draw(st.integers(0, 3))))
    return talk


def set_up(talk: list[tuple[int, str, int, int]]):
    article = make_article()
    parents = [parent for parent, *_rest in talk]
    people = [make_user().pk]
    make_talk_of(article, people, len(talk), lambda n: parents[n - 1], random.Random(1))
    comments = list(article.discussion.comments.order_by("seq"))
    pks_with = defaultdict(list)
    for comment, (_parent, status, up, down) in zip(comments, talk, strict=True):
        comment.best = up * 10 + down
        pks_with[status].append(comment.pk)
    Comment.objects.bulk_update(comments, ["best"])
    for status, pks in pks_with.items():
        visibility.change_statuses(pks, status)
    return article, Comment.objects.filter(discussion=article.pk, is_listed=True)


ANY_TALK = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@ANY_TALK
@given(talk=talks(), sort=st.sampled_from([sort for sort in SORTS if sort != "flat"]))
def test_walking_any_discussion_meets_every_root_once_and_every_reply(client, talk, sort):
    article, listed = set_up(talk)
    pages = walk(client, address(article, f"?sort={sort}"))
    shown = [seq for page in pages for seq in numbers(page)]
    roots = set(listed.filter(depth=0).values_list("seq", flat=True))
    assert sorted(seq for seq in shown if seq in roots) == sorted(roots)
    waiting = [url for page in pages for url in rests(page)]
    while waiting:
        more = read(client, waiting.pop(), **HTMX)
        shown += numbers(more)
        waiting += rests(more)
    assert sorted(shown) == sorted(listed.values_list("seq", flat=True))


@ANY_TALK
@given(talk=talks(), sort=st.sampled_from([*SORTS]))
def test_walking_back_meets_the_same(client, talk, sort):
    article, _listed = set_up(talk)
    last = walk(client, address(article, f"?sort={sort}"))[-1]
    back = [last]
    while before := links(back[-1], r'rel="prev" href="([^"]+)"'):
        back.append(read(client, before[0]))
        assert len(back) < 100
    forth = [set(numbers(page)) for page in walk(client, address(article, f"?sort={sort}"))]
    roots = set(
        Comment.objects.filter(discussion=article.pk, depth=0).values_list("seq", flat=True)
    )
    kept = roots if sort != "flat" else set.union(*forth)
    met = [seq for page in back for seq in numbers(page) if seq in kept]
    assert sorted(met) == sorted(seq for page in forth for seq in page if seq in kept)


@pytest.mark.parametrize(
    "rest",
    [
        *("?sort=", "?sort=%27", "?sort=newest&sort=best", "?language=xx", "?language=ru%27"),
        *("?after=1&before=1", f"?after={'9' * 17}", "?sort=best&after=9~9999999999999"),
        *(f"?sort=best&after={'9' * 17}~1", "?sort=flat&before=-5", "1/?after=2147483648"),
        *("1/?after=0", "1/?after=5", "1/?after=-3"),
    ],
)
def test_sort_injection_strange_addresses_show_something(client, article, author, rest):
    posting.post(article, author, "Word.")
    read(client, address(article, rest))


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        *((f"?after={cursor}", 400) for cursor in ("x", "1~1", "9" * 400)),
        *(("?sort=best&after=1", 400), ("1/?after=x", 400), ("1/?after=", 400)),
        *(("2/", 404), (f"{'9' * 40}/", 404)),
    ],
)
def test_cursor_injection_gets_a_clear_answer(client, article, author, rest, status):
    posting.post(article, author, "Word.")
    assert client.get(address(article, rest)).status_code == status
