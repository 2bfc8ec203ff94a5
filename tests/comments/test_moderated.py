"""Acts of moderation and what follows: undone exactly, told by mail, appealed to another."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from comments import bans, notices, posting, self_check, visibility
from comments.models import (
    Appeal,
    Ban,
    Comment,
    CommentReport,
    CommentVote,
    Discussion,
    ModerationEvent,
)
from comments.models.comment import wilson_bound
from comments.moderation import OUTCOMES
from news.models import Article
from tests.factories import make_article, make_moderator, make_user

pytestmark = pytest.mark.django_db

DECIDE = "/en/moderation/decide/"


@pytest.fixture
def author():
    return make_user("vera", language="ru")


@pytest.fixture
def comment(author):
    return posting.post(make_article("Probe lands"), author.pk, "A word.")


@pytest.fixture
def moderator(client):
    user = make_moderator("mod")
    client.force_login(user)
    return user


def decide(client, action: str, *comments: Comment, **data):
    pks = [comment.pk for comment in comments]
    data = {"comment": pks, "action": action, "reason": "abuse", "seen": "1", **data}
    return client.post(DECIDE, data, follow=True)


def status(comment: Comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def undo(client, event: ModerationEvent | None = None):
    event = event or ModerationEvent.objects.latest("pk")
    return client.post(f"/en/moderation/acts/{event.act}/undo/", follow=True)


def later() -> None:
    notices.sweep(timezone.now() + timedelta(minutes=6))


@pytest.mark.parametrize("action", [str(action) for action in OUTCOMES])
@pytest.mark.parametrize("before", list(Comment.Status.values))
def test_every_action_fits_its_statuses_and_is_undone_exactly(
    client, comment, moderator, action, before
):
    visibility.change_statuses([comment.pk], before)
    after, among = OUTCOMES[action]
    decide(client, action, comment)
    assert status(comment) == (after if before in among else before)
    assert ModerationEvent.objects.exists() == (before in among)
    if before in among:
        undo(client)
        assert status(comment) == before


def test_reports_are_answered_with_the_decision_and_open_again_with_its_undo(
    client, comment, moderator
):
    report = CommentReport.objects.create(comment=comment, reporter=make_user(), reason="abuse")
    decide(client, "approve", comment)
    report.refresh_from_db()
    assert not report.is_open
    undo(client)
    report.refresh_from_db()
    assert report.is_open


def test_an_undo_is_neither_done_twice_nor_undone_nor_over_a_later_decision(
    client, comment, moderator
):
    decide(client, "hide", comment)
    first = ModerationEvent.objects.get()
    decide(client, "restore", comment)
    decide(client, "hide", comment)
    assert "no longer fits" in undo(client, first).content.decode()
    assert status(comment) == "hidden"
    undo(client)
    assert status(comment) == "visible"
    assert "be undone" in undo(client).content.decode()


def test_object_access_nobody_moderates_their_own_or_a_colleagues_comment(
    client, comment, moderator
):
    for user in (moderator, make_moderator("other"), make_user("chief", is_superuser=True)):
        own = posting.post(comment.discussion.article, user.pk, "Mine.")
        decide(client, "hide", own)
        assert status(own) == "visible"


def test_nobody_bans_a_colleague(client, moderator):
    for user in (moderator, make_moderator("other"), make_user("chief", is_superuser=True)):
        data = {"act": "ban", "reason": "abuse"}
        client.post(f"/en/moderation/readers/{user.username}/", data)
        user.refresh_from_db()
        assert user.is_active
    assert not Ban.objects.exists()


def test_session_end_a_ban_hides_everything_too_and_is_undone_as_one(
    client, django_user_model, comment, author, moderator
):
    from django.test import Client

    theirs = Client()
    theirs.force_login(author)
    data = {"act": "ban_and_hide", "reason": "spam"}
    client.post("/en/moderation/readers/vera/", data)
    assert "/accounts/login/" in theirs.get("/en/accounts/settings/").url
    assert status(comment) == "hidden"
    undo(client)
    author.refresh_from_db()
    assert author.is_active
    assert status(comment) == "visible"


def test_a_ban_ends_by_itself(client, author, moderator):
    until = timezone.now() + timedelta(days=1)
    data = {"act": "ban", "reason": "spam", "until": f"{until:%Y-%m-%dT%H:%M}"}
    client.post("/en/moderation/readers/vera/", data)
    assert bans.lift_over() == 0
    assert bans.lift_over(until) == 1
    author.refresh_from_db()
    assert author.is_active


def test_the_author_is_told_once_in_their_language_and_appeals_with_one_click(
    client, comment, author, moderator
):
    decide(client, "hide", comment, note="Be kind.")
    notices.sweep()
    assert not mail.outbox
    later()
    later()
    [letter] = mail.outbox
    assert letter.to == [author.email]
    for words in ("Ваш комментарий скрыт", "Оскорбление", "Be kind.", "A word."):
        assert words in letter.body or words.replace("Ваш", "1 ваш") in letter.body
    url = re.search(r"http\S+/ru/appeals/\S+", letter.body)[0]
    path = url[url.index("/ru/") :]
    client.logout()
    assert client.get(path).status_code == 200
    assert not Appeal.objects.exists()
    for _ in range(2):
        assert client.post(path, {"text": "It was a joke."}).status_code == 200
    assert Appeal.objects.get().text == "It was a joke."


def test_another_moderator_decides_the_appeal_and_the_answer_is_mailed(
    client, comment, author, moderator
):
    decide(client, "hide", comment)
    later()
    appeal = Appeal.objects.create(notice=author.notices.get())
    other = make_moderator("other")
    url, data = f"/en/moderation/appeals/{appeal.pk}/", {"is_granted": "yes", "answer": "Sorry."}
    client.post(url, data)
    assert status(comment) == "hidden"
    client.force_login(other)
    assert "vera" in client.get("/en/moderation/appeals/").content.decode()
    client.post(url, data)
    assert status(comment) == "visible"
    later()
    assert "Sorry." in mail.outbox[-1].body
    assert f"> {comment.body}" in mail.outbox[-1].body  # what it was about
    assert len(mail.outbox) == 2


def test_what_is_undone_in_time_is_never_mailed(client, comment, moderator):
    decide(client, "hide", comment)
    undo(client)
    later()
    assert not mail.outbox


@pytest.mark.parametrize("action", ["close", "slow", "premoderate"])
def test_a_discussion_changes_its_state_and_back(client, comment, moderator, action):
    client.post(f"/en/moderation/discussions/{comment.discussion_id}/", {"action": action})
    assert Discussion.objects.get().state != "open"
    undo(client)
    assert Discussion.objects.get().state == "open"


@pytest.mark.parametrize("value", ["", "0", "x", "9" * 30, "-1", "1\0"])
def test_nonsense_is_no_error(client, comment, moderator, value):
    for data in ({"comment": value, "action": "hide"}, {"comment": comment.pk, "action": value}):
        assert client.post(DECIDE, data).status_code < 500
    for name in ("action", "moderator", "subject", "article", "since", "act", "after"):
        assert client.get("/en/moderation/log/", {name: value}).status_code < 500
    assert status(comment) == "visible"


def test_the_self_check_finds_nothing_where_nothing_is_wrong(comment):
    assert self_check.run().drift == []


def test_the_self_check_puts_every_counter_right(comment, author):
    posting.post(comment.discussion.article, author.pk, "Again.", parent_seq=1)
    CommentVote.objects.create(comment=comment, user=make_user(), value=1)
    Comment.objects.update(thread_size=9, last_seq=9, is_listed=False, up=3, best=1)
    Discussion.objects.update(visible_count=1, last_at=None, last_comment=None)
    Article.objects.update(comment_count=7, rating=3)
    check = self_check.run()
    assert check.drifted >= 6
    comment.refresh_from_db()
    assert (comment.thread_size, comment.last_seq, comment.is_listed) == (2, 2, True)
    assert (comment.up, comment.best) == (1, wilson_bound(1, 0))
    assert Discussion.objects.get().visible_count == Article.objects.get().comment_count == 2
    assert Article.objects.get().rating == 0
    assert self_check.run().drifted == 0


def test_the_self_check_runs_once_a_night(comment):
    now = timezone.now().replace(hour=4)
    assert self_check.run_if_due(now)
    assert self_check.run_if_due(now + timedelta(hours=2)) is None
    assert self_check.run_if_due(now + timedelta(days=1))
