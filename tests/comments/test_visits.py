"""What came since a reader's last visit is marked as new, and the first of it is one click away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import posting, visits
from comments.models import Visit
from tests.factories import make_user

pytestmark = pytest.mark.django_db

LATER = timedelta(hours=2)


@pytest.fixture
def author():
    return make_user("anna").pk


def address(article, rest: str = "comments/") -> str:
    return f"/en/articles/{article.pk}-{article.texts.get().slug}/{rest}"


def read(client, article, rest: str = "comments/") -> str:
    response = client.get(address(article, rest))
    assert response.status_code == 200
    return response.content.decode()


def leave() -> None:
    """The reader goes away for longer than a visit lasts."""
    for visit in Visit.objects.all():
        visit.visited_at -= LATER
        visit.save()


def test_nothing_is_new_at_the_first_visit(client, article, author, reader):
    posting.post(article, author, "Hello.")
    assert "<mark>" not in read(client, article)
    assert "since your last visit" not in read(client, article)


def test_what_came_since_the_last_visit_is_marked_counted_and_linked(
    client, article, author, reader
):
    posting.post(article, author, "Seen.")
    read(client, article)
    leave()
    for _ in range(2):
        posting.post(article, author, "Not seen.")
    html = read(client, article)
    assert html.count("<mark>new</mark>") == 2
    assert '<a href="#comment-2">2 new comments since your last visit</a>' in html


def test_marks_stay_while_the_visit_lasts(client, article, author, reader):
    posting.post(article, author, "Seen.")
    read(client, article)
    leave()
    posting.post(article, author, "Not seen.")
    for _ in range(3):
        assert read(client, article).count("<mark>") == 1
    leave()
    assert "<mark>" not in read(client, article)


def test_own_comments_are_not_new(client, article, author, reader):
    posting.post(article, author, "Seen.")
    read(client, article)
    leave()
    posting.post(article, reader.pk, "My own.")
    assert "<mark>" not in read(client, article)


def test_the_first_new_one_on_another_page_is_linked_by_its_permalink(
    client, article, author, reader
):
    posting.post(article, author, "Seen.")
    read(client, article)
    leave()
    for number in range(60):
        posting.post(article, author, f"Number {number}.")
    html = read(client, article)
    assert f'href="{address(article)}2/#comment-2">60 new comments' in html


def test_an_article_alone_does_not_count_as_reading_its_discussion(client, article, author, reader):
    posting.post(article, author, "Hello.")
    html = read(client, article, "")
    assert not Visit.objects.exists()
    assert 'data-hx-trigger="intersect once"' in html
    client.post(address(article, "comments/read/"), {"up_to": "1"})
    assert Visit.objects.get().shown_seq == 1


def test_nobody_claims_to_have_read_what_is_not_written(client, article, author, reader):
    posting.post(article, author, "Hello.")
    client.post(address(article, "comments/read/"), {"up_to": "999"})
    assert Visit.objects.get().shown_seq == 1
    for nonsense in ("", "x", "-1e9", "9" * 30):
        assert (
            client.post(address(article, "comments/read/"), {"up_to": nonsense}).status_code == 400
        )


def test_a_page_fetched_in_advance_or_by_head_is_not_read(client, article, author, reader):
    posting.post(article, author, "Hello.")
    client.get(address(article), headers={"Sec-Purpose": "prefetch;prerender"})
    client.head(address(article))
    assert not Visit.objects.exists()


def test_visitors_leave_no_trace(client, article, author):
    posting.post(article, author, "Hello.")
    assert client.get(address(article)).cookies == {}
    assert not Visit.objects.exists()


def test_an_older_tab_takes_nothing_back(article, author, reader):
    for _ in range(5):
        posting.post(article, author, "Hello.")
    now = timezone.now()
    visits.note(reader.pk, article.pk, 5, now)
    visits.note(reader.pk, article.pk, 3, now + timedelta(minutes=1))
    assert Visit.objects.get().shown_seq == 5


def test_visits_of_long_ago_are_forgotten(article, author, reader):
    posting.post(article, author, "Hello.")
    visits.note(reader.pk, article.pk, 1)
    assert visits.forget_old(timezone.now() + visits.KEPT_FOR - timedelta(minutes=1)) == 0
    assert visits.forget_old(timezone.now() + visits.KEPT_FOR + timedelta(minutes=1)) == 1
