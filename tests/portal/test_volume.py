"""Lists of comments and of people with many rows: the same few queries, and nothing counted."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from comments import posting
from comments.models import CommentReport
from tests.factories import make_article, make_user
from tests.news.test_volume import check_lists, found_in

pytestmark = pytest.mark.django_db

LISTS = ["comments/comment", "comments/commentreport", "portal/user", "account/emailaddress"]


@pytest.fixture
def chief():
    """The browser of an administrator."""
    client = Client()
    client.force_login(make_user("chief", is_staff=True, is_superuser=True))
    return client


def add(article, number: int) -> None:
    reader = make_user(f"probe{number}")
    comment = posting.post(article, reader.pk, f"A probe, {number}.")
    CommentReport.objects.create(comment=comment, reporter=reader, reason="abuse")
    EmailAddress.objects.create(user=reader, email=f"other{number}@example.org")


def test_lists_ask_the_same_of_ten_rows_and_of_twenty_and_count_nothing(chief):
    article = make_article()
    urls = [f"/admin/{name}/?q=probe" for name in LISTS]
    check_lists(chief, urls, lambda number: add(article, number))


def test_people_are_found_by_name_by_what_it_begins_with_and_by_address(chief):
    vera = make_user("Vera.Petrova", email="vp@example.org")
    other = EmailAddress.objects.create(user=vera, email="vera@elsewhere.example")
    for typed in ("Vera", "vera", "VERA.petrova", "verapetrova", "VP@example.org"):
        assert found_in(chief, "portal/user", typed) == [vera.pk], typed
    for typed in ("vera", "vera@elsewhere.example"):
        assert found_in(chief, "account/emailaddress", typed) == [other.pk], typed
    for typed in ("petrova", "example.org", "'", "%", "_", "."):
        assert found_in(chief, "portal/user", typed) == [], typed


def test_comments_are_found_by_author_article_and_words_if_recent(chief, monkeypatch):
    article, vera = make_article(), make_user("vera")
    old = posting.post(article, vera.pk, "It was a probe.")
    new = posting.post(make_article(), make_user().pk, "It was a 100% probe.")
    assert found_in(chief, "comments/comment", "VERA") == [old.pk]
    assert found_in(chief, "comments/comment", f"#{article.pk}") == [old.pk]
    assert found_in(chief, "comments/comment", "0% PROBE") == [new.pk]
    assert found_in(chief, "comments/comment", "probe") == [new.pk, old.pk]
    monkeypatch.setattr("comments.models.comment.LATEST", new.pk - old.pk)
    assert found_in(chief, "comments/comment", "probe") == [new.pk]


def test_pages_of_comments_lead_on_without_a_count(chief, monkeypatch):
    monkeypatch.setattr("news.admin.long_list.LongList.list_per_page", 2)
    for number in range(3):
        posting.post(make_article(), make_user().pk, f"Word {number}.")
    assert 'rel="next" href="?p=2"' in chief.get("/admin/comments/comment/").content.decode()
    last = chief.get("/admin/comments/comment/?p=2").content.decode()
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last
