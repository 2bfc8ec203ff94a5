"""Readers write: what is posted is there, once, and only by whom it should be."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from comments import posting
from comments.models import Comment, Discussion
from news.models import Article
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article("Probe lands")


@pytest.fixture
def reader(client):
    user = make_user("vera")
    client.force_login(user)
    return user


def comments_url(article, rest: str = "") -> str:
    return f"/en/articles/{article.pk}-{article.texts.get().slug}/comments/{rest}"


def body_of(response) -> str:
    return response.content.decode()


def test_a_comment_is_on_the_article_at_once(client, article, reader):
    response = client.post(comments_url(article, "new/"), {"body": "How *far* is it?"}, follow=True)
    assert response.redirect_chain[0][0].endswith("#comment-1")
    assert "<p>How <em>far</em> is it?</p>" in body_of(response)
    assert "1 comment" in body_of(response)


def test_a_reply_stands_under_what_it_answers(client, article, reader):
    posting.post(article, reader.pk, "Question?")
    response = client.post(comments_url(article, "1/reply/"), {"body": "Answer."}, follow=True)
    text = body_of(response)
    assert text.index("Question?") < text.index("Answer.")
    reply = Comment.objects.get(seq=2)
    assert (reply.parent.seq, reply.root_seq, reply.depth, reply.root_ord) == (1, 1, 1, 1)


def test_htmx_gets_the_comment_alone(client, article, reader):
    response = client.post(
        comments_url(article, "new/"), {"body": "Hello."}, headers={"HX-Request": "true"}
    )
    assert "Hello." in body_of(response)
    assert "<html" not in body_of(response)


def test_the_discussion_list_shows_the_article_first(client, article, reader):
    other = make_article("Older talk")
    posting.post(other, reader.pk, "First.")
    client.post(comments_url(article, "new/"), {"body": "Later."})
    text = body_of(client.get("/en/discussions/"))
    assert text.index("Probe lands") < text.index("Older talk")


def test_the_same_form_twice_is_one_comment(client, article, reader):
    data = {"body": "Once.", "submission_key": str(uuid4())}
    for _ in range(2):
        client.post(comments_url(article, "new/"), data)
    assert Comment.objects.count() == 1


def test_a_visitor_keeps_what_they_typed(client, article):
    response = client.post(comments_url(article, "new/"), {"body": "My long thought."})
    assert response.status_code == 403
    assert "My long thought." in body_of(response)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("body", ["", "   ", "x" * 10_001, "a\0b"])
def test_what_is_no_comment_is_refused_and_kept(client, article, reader, body):
    response = client.post(comments_url(article, "new/"), {"body": body})
    assert response.status_code == 422
    assert body.strip("\0 ")[:9000] in body_of(response)
    assert not Comment.objects.exists()


def test_a_closed_discussion_takes_nothing_and_gives_the_text_back(client, article, reader):
    Discussion.objects.create(article=article, state="closed")
    response = client.post(comments_url(article, "new/"), {"body": "Too late?"})
    assert response.status_code == 422
    assert "Too late?" in body_of(response)
    assert "closed" in body_of(response)


def test_a_reply_to_something_hidden_is_refused_and_kept(client, article, reader):
    posting.post(article, reader.pk, "Up.")
    posting.post(article, reader.pk, "Down.", parent_seq=1)
    Comment.objects.filter(seq=1).update(status="hidden")
    response = client.post(comments_url(article, "1/reply/"), {"body": "To you."})
    assert response.status_code == 422
    assert "To you." in body_of(response)


def test_what_is_not_public_takes_no_comments(client, reader):
    article = make_article(state="draft")
    assert client.post(comments_url(article, "new/"), {"body": "Hi."}).status_code == 404


def test_get_writes_nothing(client, article, reader):
    posting.post(article, reader.pk, "Stay.")
    for rest in ("new/", "1/reply/", "1/edit/", "1/delete/"):
        assert client.get(comments_url(article, rest), {"body": "x"}).status_code == 200
    assert Comment.objects.visible().get().body == "Stay."


def test_without_a_token_nothing_is_posted_but_the_text_comes_back(article):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    response = client.post(comments_url(article, "new/"), {"body": "Expired form."})
    assert response.status_code == 403
    assert "Expired form." in body_of(response)
    assert not Comment.objects.exists()


def test_the_language_of_a_comment_is_found_out(article, reader):
    assert posting.post(article, reader.pk, "Как далеко до Луны, miles?").language == "ru"
    assert posting.post(article, reader.pk, "How far is Луна?").language == "en"


def test_very_deep_replies_stay_readable(client, article, reader):
    parent = None
    for _ in range(35):
        parent = posting.post(article, reader.pk, "Deeper.", parent_seq=parent).seq
    deepest = Comment.objects.get(seq=35)
    assert deepest.depth == 30
    assert deepest.parent.seq == 34
    assert client.get(comments_url(article, "35/")).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_parallel_posts_get_every_number_once():
    article, authors = make_article(), [make_user().pk for _ in range(4)]

    def post(number: int) -> int:
        try:
            return posting.post(article, authors[number % 4], f"Number {number}").seq
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        seqs = list(pool.map(post, range(24)))
    assert sorted(seqs) == list(range(1, 25))
    assert Discussion.objects.get().visible_count == Article.objects.get().comment_count == 24
