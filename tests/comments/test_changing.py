"""What its author can do about a comment afterwards, and nobody else."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from comments import posting
from comments.models import Comment, CommentRevision, Discussion
from news.models import Article
from tests.factories import make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def comment(article, reader):
    return posting.post(article, reader.pk, "Teh probe.")


def url_of(article, rest: str = "") -> str:
    return f"/en/articles/{article.pk}-probe-lands/comments/{rest}"


def text_of(response) -> str:
    return response.content.decode()


def test_an_edit_is_shown_and_what_was_said_before_is_a_click_away(client, article, comment):
    response = client.post(url_of(article, "1/edit/"), {"body": "The *probe*."}, follow=True)
    text = text_of(response)
    assert "The <em>probe</em>." in text
    assert "Teh probe." not in text
    assert url_of(article, "1/history/") in text
    client.logout()
    history = text_of(client.get(url_of(article, "1/history/")))
    assert "Teh probe." in history
    assert "The <em>probe</em>." in history


def test_saving_the_same_again_is_no_edit(client, article, comment):
    client.post(url_of(article, "1/edit/"), {"body": "Teh probe."})
    assert not CommentRevision.objects.exists()
    assert Comment.objects.get().edited_at is None


def test_an_edit_can_be_looked_at_first(client, article, comment):
    data = {"body": "*New*", "do": "preview"}
    text = text_of(client.post(url_of(article, "1/edit/"), data))
    assert "<em>New</em>" in text
    assert ">\n*New*</textarea>" in text
    assert Comment.objects.get().body == "Teh probe."


def test_the_author_can_change_the_language(client, article, comment):
    assert comment.language == "en"
    client.post(url_of(article, "1/edit/"), {"body": "Teh probe.", "language": "ru"})
    comment.refresh_from_db()
    assert (comment.language, comment.edited_at) == ("ru", None)
    for language in ("xx", "<script>"):
        data = {"body": "New", "language": language}
        assert client.post(url_of(article, "1/edit/"), data).status_code == 422


def test_htmx_brings_the_comment_up_to_date_in_place(client, article, comment):
    text = text_of(client.post(url_of(article, "1/edit/"), {"body": "New"}, headers=HTMX))
    assert "<html" not in text
    for part in (".comment__head", ".comment__body", ".comment__actions"):
        assert part in text


@pytest.mark.parametrize("body", ["", "  ", "x" * 10_001, "a\0b"])
def test_what_is_no_comment_changes_nothing(client, article, comment, body):
    response = client.post(url_of(article, "1/edit/"), {"body": body})
    assert response.status_code == 422
    assert body.strip("\0 ")[:9000] in text_of(response)
    assert Comment.objects.get().body == "Teh probe."


def test_the_time_to_edit_ends_and_the_text_comes_back(client, article, comment):
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert client.get(url_of(article, "1/edit/")).status_code == 403
    response = client.post(url_of(article, "1/edit/"), {"body": "My new thought."})
    assert response.status_code == 403
    assert "My new thought." in text_of(response)
    assert "is over" in text_of(response)
    assert Comment.objects.get().body == "Teh probe."


def test_the_history_is_paged_and_ends_with_the_comment(client, article, comment):
    for number in range(25):
        posting.edit(comment, f"Version {number}.")
    text = text_of(client.get(url_of(article, "1/history/")))
    assert text.count("history__until") == 20
    assert 'rel="next"' in text
    Comment.objects.update(status="hidden")
    assert client.get(url_of(article, "1/history/")).status_code == 404


def test_a_deleted_comment_can_be_brought_back(client, article, comment):
    response = client.post(url_of(article, "1/delete/"), follow=True)
    assert "Bring it back" in text_of(response)
    assert Article.objects.get().comment_count == 0
    response = client.post(url_of(article, "1/restore/"), follow=True)
    assert "Teh probe." in text_of(response)
    assert Article.objects.get().comment_count == Discussion.objects.get().visible_count == 1


def test_htmx_offers_it_where_the_comment_was(client, article, comment):
    text = text_of(client.get(url_of(article, "1/delete/"), headers=HTMX))
    assert "<html" not in text
    text = text_of(client.post(url_of(article, "1/delete/"), headers=HTMX))
    assert "deleted by its author" in text
    assert "Bring it back" in text
    text = text_of(client.post(url_of(article, "1/restore/"), headers=HTMX))
    assert "Teh probe." in text


def test_after_a_while_it_stays_deleted(client, article, comment):
    posting.delete(comment)
    Comment.objects.update(deleted_at=timezone.now() - timedelta(hours=1))
    assert client.post(url_of(article, "1/restore/")).status_code == 403
    assert Comment.objects.get().status == "deleted"


@pytest.mark.parametrize("status", ["hidden", "spam"])
def test_what_a_moderator_took_away_nobody_brings_back(client, article, comment, status):
    Comment.objects.update(status=status)
    posting.delete(comment)
    for act in ("delete", "restore", "edit"):
        assert client.post(url_of(article, f"1/{act}/"), {"body": "x"}).status_code == 403
    assert Comment.objects.get().status == status


def test_what_waited_for_a_moderator_waits_again(client, article, comment):
    Comment.objects.update(status="pending", is_listed=False)
    client.post(url_of(article, "1/delete/"))
    client.post(url_of(article, "1/restore/"))
    assert Comment.objects.get().status == "pending"
    assert client.post(url_of(article, "1/edit/"), {"body": "Better."}).status_code == 302


def test_a_deleted_comment_leaves_no_word_and_keeps_its_replies(client, article, comment):
    posting.post(article, make_user().pk, "I do not.", parent_seq=1)
    client.post(url_of(article, "1/delete/"))
    text = text_of(client.get(url_of(article)))
    assert "Teh probe." not in text
    assert "deleted by its author" in text
    assert "I do not." in text
    assert Article.objects.get().comment_count == 1


def test_the_last_comment_of_a_thread_takes_its_placeholders_along(client, article, comment):
    posting.post(article, comment.author_id, "Down.", parent_seq=1)
    for seq in (1, 2):
        client.post(url_of(article, f"{seq}/delete/"))
    assert "deleted by its author" not in text_of(client.get(url_of(article)))
    assert not Comment.objects.listed().exists()
    assert Discussion.objects.get().last_comment is None


@pytest.mark.parametrize("act", ["edit", "delete", "restore"])
def test_object_access_nobody_touches_another_ones_comment(client, article, comment, act):
    if act == "restore":
        posting.delete(comment)
    before = Comment.objects.values("status", "body").get()
    client.force_login(make_user())
    for method in (client.get, client.post):
        expected = (404,) if act == "restore" else (403,)
        assert method(url_of(article, f"1/{act}/"), {"body": "Yours."}).status_code in expected
    client.logout()
    response = client.post(url_of(article, f"1/{act}/"), {"body": "Yours."})
    assert "/accounts/login/" in response.url
    assert Comment.objects.values("status", "body").get() == before


@pytest.mark.parametrize("act", ["edit", "delete", "restore"])
def test_looking_changes_nothing(client, article, comment, act):
    if act == "restore":
        posting.delete(comment)
    before = Comment.objects.values().get()
    for method in (client.get, client.head):
        assert method(url_of(article, f"1/{act}/"), {"body": "x"}).status_code == 200
    assert client.put(url_of(article, f"1/{act}/")).status_code == 405
    assert Comment.objects.values().get() == before


def test_object_access_fields_that_the_form_does_not_have_do_nothing(client, article, comment):
    other = make_user()
    extra = {"author": other.pk, "status": "hidden", "up": 99, "seq": 7, "body_html": "<b>x</b>"}
    client.post(url_of(article, "1/edit/"), {"body": "New.", **extra})
    client.post(url_of(article, "new/"), {"body": "Second.", **extra})
    for row in Comment.objects.all():
        assert (row.author_id, row.status, row.up) == (comment.author_id, "visible", 0)
    assert not Comment.objects.filter(body_html__contains="<b>").exists()


HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    '[x](https://e.com" onmouseover="alert(1))',
    "</textarea><script>alert(1)</script>",
    "`</code><svg onload=alert(1)>`",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_stored_xss_in_a_comment_its_preview_and_its_history(client, article, comment, body):
    client.post(url_of(article, "new/"), {"body": body})
    client.post(url_of(article, "1/edit/"), {"body": body})
    client.post(url_of(article, "1/edit/"), {"body": f"{body} again"})
    pages = [client.get(url_of(article, rest)) for rest in ("", "1/", "1/edit/", "1/history/")]
    pages += [client.get(url_of(article, "1/reply/?quote=1"))]
    pages += [client.post(url_of(article, "new/"), {"body": body, "do": "preview"})]
    for page in pages:
        Harmless().feed(text_of(page))


class Harmless(HTMLParser):
    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        assert tag != "script" or values.get("src", "").startswith("/assets/")
        assert not any(name.startswith("on") for name in values)
        assert not (values.get("href") or "").lower().startswith("javascript")
        assert values.get("src") != "x"
