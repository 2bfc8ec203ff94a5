"""Readers are told of what concerns them: once, and when it can be read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import following, notifications, posting, visibility
from comments.models import Comment, Mute, Notification
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return sorted(Notification.objects.values_list("user__username", "kind"))


def test_who_is_answered_called_or_follows_is_told_once() -> None:
    vera, pavel, anna = make_user("vera"), make_user("pavel"), make_user("anna")
    article = make_article()
    posting.post(article, vera.pk, "A question.")
    for reader in (vera, anna):
        following.follow_article(reader.pk, article)
    posting.post(article, make_user().pk, "As @Pavel and @vera know.", parent_seq=1)
    for _ in range(2):
        notifications.announce_new()
    assert told() == [("anna", "follow"), ("pavel", "mention"), ("vera", "mention")]
    assert pavel.pk


def test_nobody_is_told_of_themselves_by_the_muted_or_after_leaving() -> None:
    author = make_user("author")
    Mute.objects.create(user=make_user("deaf"), muted=author)
    gone = make_user("gone")
    comment = posting.post(make_article(), author.pk, "@author @deaf @gone")
    gone.is_active = False
    gone.save()
    notifications.announce_new()
    assert told() == []
    comment.refresh_from_db()
    assert comment.announced_at


def test_what_waits_is_announced_once_it_is_approved() -> None:
    make_user("vera")
    comment = posting.post(make_article(), make_user().pk, "@vera")
    Comment.objects.update(status="pending")
    notifications.announce_new()
    assert told() == []
    Comment.objects.filter(pk=comment.pk).update(status="visible")
    notifications.announce_new()
    assert told() == [("vera", "mention")]


def test_a_follower_is_told_anew_only_after_looking() -> None:
    vera, article = make_user("vera"), make_article()
    following.follow_article(vera.pk, article)
    for _ in range(3):
        posting.post(article, make_user().pk, "News.")
        notifications.announce_new()
    assert told() == [("vera", "follow")]


@pytest.mark.parametrize("number", [3, 12])
def test_the_page_shows_them_and_a_button_says_they_are_read(
    client, number: int, django_assert_max_num_queries
) -> None:
    vera, article = make_user("vera"), make_article("Probe lands")
    for _ in range(number):
        posting.post(article, make_user().pk, "Listen, @vera: <b>news</b>")
    notifications.announce_new()
    client.force_login(vera)
    client.get("/en/discussions/mine/told/")
    with django_assert_max_num_queries(8):
        page = client.get("/en/discussions/mine/told/").content.decode()
    assert page.count("&lt;b&gt;news") == number
    assert Notification.objects.unseen().count() == number
    client.post("/en/discussions/mine/told/")
    assert not Notification.objects.unseen().exists()


def test_nobody_reads_what_another_was_told(client) -> None:
    make_user("vera")
    posting.post(make_article(), make_user().pk, "Listen, @vera")
    notifications.announce_new()
    client.force_login(make_user())
    assert "Listen" not in client.get("/en/discussions/mine/told/").content.decode()
    client.post("/en/discussions/mine/told/")
    assert Notification.objects.unseen().count() == 1


def test_every_page_says_how_many_wait_without_a_query_of_its_own(client) -> None:
    vera, article = make_user("vera"), make_article("Probe lands")
    client.force_login(vera)
    client.get("/en/rubrics/space/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/en/rubrics/space/").content.decode()
        counts.append(len(queries))
        posting.post(article, make_user().pk, "Listen, @vera")
        notifications.announce_new()
    assert counts[0] == counts[1]
    assert '<span class="badge">1</span>' in page
    client.logout()
    assert '<span class="badge">' not in client.get("/en/rubrics/space/").content.decode()


def test_more_than_99_are_not_counted(client) -> None:
    vera, article = make_user("vera"), make_article()
    comments = [posting.post(article, make_user().pk, f"Number {n}") for n in range(101)]
    Notification.objects.bulk_create(
        Notification(user=vera, comment=comment, kind="mention") for comment in comments
    )
    client.force_login(vera)
    assert '<span class="badge">99+</span>' in client.get("/en/").content.decode()


@pytest.mark.parametrize("rest", ["comments/", "comments/1/"])
def test_reading_it_takes_it_off_the_list_within_the_budget_of_queries(
    client, counted_changes, django_assert_max_num_queries, rest
) -> None:
    vera, article = make_user("vera"), make_article("Probe lands")
    client.force_login(vera)
    page = f"/en/articles/{article.pk}-probe-lands/{rest}"
    posting.post(article, make_user().pk, "Hello.")
    client.get(page)
    posting.post(article, make_user().pk, "Listen, @vera", 1)
    notifications.announce_new()
    with django_assert_max_num_queries(7):
        client.get(page)
    assert not Notification.objects.filter(user=vera).unseen().exists()


def test_nothing_of_another_discussion_or_reader_is_taken_off(client) -> None:
    vera, article = make_user("vera"), make_article("Probe lands")
    make_user("boris")
    for place in (article, make_article()):
        posting.post(place, make_user().pk, "Listen, @vera and @boris")
    notifications.announce_new()
    client.force_login(vera)
    client.get(f"/en/articles/{article.pk}-probe-lands/comments/")
    assert Notification.objects.filter(user=vera).unseen().count() == 1
    assert Notification.objects.exclude(user=vera).unseen().count() == 2


def test_a_page_fetched_in_advance_is_not_read(client) -> None:
    vera, article = make_user("vera"), make_article("Probe lands")
    posting.post(article, make_user().pk, "Listen, @vera")
    notifications.announce_new()
    client.force_login(vera)
    page = f"/en/articles/{article.pk}-probe-lands/comments/"
    client.get(page, headers={"Sec-Purpose": "prefetch;prerender"})
    client.head(page)
    assert Notification.objects.unseen().count() == 1


def test_a_follower_hears_of_the_next_comment_where_the_first_is_gone() -> None:
    vera, article = make_user("vera"), make_article()
    following.follow_article(vera.pk, article)
    first = posting.post(article, make_user().pk, "Nonsense.")
    notifications.announce_new()
    visibility.change_statuses([first.pk], "hidden")
    posting.post(article, make_user().pk, "News.")
    notifications.announce_new()
    assert told() == [("vera", "follow"), ("vera", "follow")]
