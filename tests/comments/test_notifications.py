"""Readers are told of what concerns them: once, and when it can be read."""

import pytest

from comments import following, notifications, posting
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
