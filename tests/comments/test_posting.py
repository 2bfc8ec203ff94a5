"""Readers write: what is posted is there, once, and only by whom it should be."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import posting
from comments.models import Comment, Discussion
from news.models import Article
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


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


def test_object_access_a_reply_to_something_hidden_is_refused_and_kept(client, article, reader):
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
def test_two_hundred_parallel_posts_get_every_number_once():
    article, authors = make_article(), [make_user().pk for _ in range(4)]

    def post(number: int) -> int:
        try:
            parent = number % 7 or None  # some begin threads, others answer what may be there
            parent = parent if Comment.objects.filter(seq=parent).exists() else None
            return posting.post(article, authors[number % 4], f"Number {number}", parent).seq
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        seqs = list(pool.map(post, range(200)))
    assert sorted(seqs) == list(range(1, 201))
    assert Discussion.objects.get().visible_count == Article.objects.get().comment_count == 200
    for root in Comment.objects.roots():
        thread = Comment.objects.filter(root_seq=root.seq).order_by("root_ord")
        assert [comment.root_ord for comment in thread] == list(range(root.thread_size))


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_ten_times_at_once_is_one_comment():
    article, author, key = make_article(), make_user().pk, uuid4()

    def post(number: int) -> int:
        try:
            return posting.post(article, author, "Once.", submission_key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(post, range(10)))) == 1
    assert Comment.objects.count() == 1


def test_posting_costs_the_same_in_a_long_discussion(article, reader):
    counts = []
    for _ in range(2):
        for _ in range(20):
            posting.post(article, reader.pk, "Filling.", parent_seq=1 if counts else None)
        with CaptureQueriesContext(connection) as queries:
            posting.post(article, reader.pk, "Deep.", parent_seq=Comment.objects.latest("pk").seq)
        counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            posting.delete(Comment.objects.latest("pk"))
        counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 14


def test_object_access_what_answers_a_comment_of_another_article_is_refused(
    client, article, reader
):
    posting.post(make_article(), reader.pk, "Elsewhere.")
    response = client.post(comments_url(article, "1/reply/"), {"body": "Here?", "parent": "1"})
    assert response.status_code == 422
    assert "Here?" in body_of(response)
    assert Comment.objects.count() == 1


def test_a_quote_link_opens_the_form_below_what_is_quoted(client, article, reader):
    posting.post(article, make_user().pk, "> Old.\nHow *far*?\n\nReally.")
    text = body_of(client.get(comments_url(article, "1/reply/?quote=1")))
    assert "&gt; How *far*?\n&gt;\n&gt; Really.\n" in text
    assert "&gt; Old." not in text
    data = {"do": "quote", "body": "My answer"}
    text = body_of(client.post(comments_url(article, "1/reply/"), data))
    assert "&gt; Really.\n\nMy answer</textarea>" in text


def test_a_preview_shows_it_and_posts_nothing(client, article, reader):
    data = {"do": "preview", "body": "*Hello*"}
    for headers in ({}, {"HX-Request": "true"}):
        text = body_of(client.post(comments_url(article, "new/"), data, headers=headers))
        assert "<em>Hello</em>" in text
        assert "*Hello*</textarea>" in text
    assert not Comment.objects.exists()


def test_a_writer_may_know_the_language_better(client, article, reader):
    client.post(comments_url(article, "new/"), {"body": "Sputnik", "language": "ru"})
    assert Comment.objects.get().language == "ru"
    assert posting.language_of("> Как далеко?\nVery far.") == "en"


def test_a_form_that_is_too_old_can_be_sent_again_from_the_page_that_says_so(article):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    url = comments_url(article, "new/")
    page = body_of(client.post(url, {"body": "Expired form."}))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    assert "Send it again" in page
    client.post(url, {"body": "Expired form.", "csrfmiddlewaretoken": token})
    assert Comment.objects.get().body == "Expired form."


def test_whatever_breaks_gives_back_what_was_typed(client, article, reader, monkeypatch):
    monkeypatch.setattr(posting, "post", lambda *_, **__: 1 / 0)
    client.raise_request_exception = False
    response = client.post(comments_url(article, "new/"), {"body": "My long thought."})
    assert response.status_code == 500
    assert "My long thought." in body_of(response)
    Article.objects.update(state="draft", published_at=None)
    response = client.post(comments_url(article, "new/"), {"body": "My long thought."})
    assert response.status_code == 404
    assert "My long thought." in body_of(response)
