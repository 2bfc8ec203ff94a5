"""Moderators decide: every act by everybody, on every status, and back again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import moderation, posting
from comments.models import Comment, CommentReport, ModerationEvent
from comments.moderation import Ruling
from tests.factories import make_article, make_moderator, make_user

pytestmark = pytest.mark.django_db

QUEUE = "/en/moderation/"
DECIDE = "/en/moderation/decide/"


@pytest.fixture
def author():
    return make_user("vera")


@pytest.fixture
def moderator(client):
    user = make_moderator("mod")
    client.force_login(user)
    return user


def say(article, author, body: str = "Word.", **fields) -> Comment:
    return posting.post(article, author.pk, body, **fields)


def hold(comment: Comment, *rules: str) -> Comment:
    moderation.decide([comment.pk], "hold", Ruling(None, rules=rules or ("reported",)))
    return comment


def report(comment: Comment, reason: str = "abuse", note: str = "") -> CommentReport:
    return CommentReport.objects.create(
        comment=comment, reporter=make_user(), reason=reason, note=note
    )


def status_of(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


def body_of(response) -> str:
    return response.content.decode()


def decide(client, comment: Comment, action: str, **data):
    data = {"comment": comment.pk, "action": action, "reason": "abuse", **data}
    return client.post(DECIDE, data, follow=True)


def test_the_queue_shows_what_waits_and_why(client, article, author, moderator):
    question = say(article, make_user("anna"), "How far is it?")
    held = say(article, author, "Buy *this*.", parent_seq=question.seq)
    hold(held, "reported")
    report(question, "off_topic", "It is about chess.")
    say(article, author, "All is well.")
    text = body_of(client.get(QUEUE))
    for words in ("Reported by several readers", "Buy <em>this</em>", "In answer to", "anna"):
        assert words in text
    assert "Beside the subject" in text
    assert "It is about chess." in text
    assert "1 comment stands" in text
    assert "All is well." not in text


def test_the_queue_costs_the_same_for_10_and_20_cases(client, article, moderator):
    counts = []
    for _ in range(2):
        for _ in range(5):
            reader = make_user()
            hold(say(article, reader))
            report(say(make_article(), reader))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(QUEUE).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_the_queue_is_walked_page_by_page(client, article, author, moderator):
    import re

    held = [hold(say(article, author, f"Word {n}.")).pk for n in range(45)]
    seen, url = [], QUEUE
    while url:
        text = body_of(client.get(url))
        seen += [int(pk) for pk in re.findall(r'id="case-(\d+)"', text)]
        after = re.search(r'rel="next" href="([^"]+)"', text)
        url = after and QUEUE + after[1].replace("&amp;", "&")
    assert seen == held


def test_several_at_once_are_shown_first_and_done_by_the_button_under_them(
    client, article, moderator
):
    held = [hold(say(article, make_user(), f"Word {n}.")) for n in range(3)]
    data = {"comment": [c.pk for c in held], "action": "hide", "reason": "abuse", "note": "Rude."}
    text = body_of(client.post(DECIDE, data))
    assert {status_of(comment) for comment in held} == {"pending"}
    for n in range(3):
        assert f"Word {n}." in text
        assert f'value="{held[n].pk}"' in text
    assert "Rude." in text
    client.post(DECIDE, {**data, "seen": "1"})
    assert {status_of(comment) for comment in held} == {"hidden"}
    assert len(set(ModerationEvent.objects.filter(action="hide").values_list("act"))) == 1


def test_what_was_decided_meanwhile_is_left_alone_in_bulk(client, article, moderator):
    first, second = (hold(say(article, make_user(), word)) for word in ("One.", "Two."))
    moderation.decide([first.pk], "spam", Ruling(make_moderator()))
    data = {"comment": [first.pk, second.pk], "action": "approve", "seen": "1"}
    assert "1 comment: Approved" in body_of(client.post(DECIDE, data, follow=True))
    assert (status_of(first), status_of(second)) == ("spam", "visible")


def test_bulk_has_its_bounds(client, article, moderator):
    nothing = client.post(DECIDE, {"action": "hide", "reason": "abuse"})
    assert "Tick at least one comment." in body_of(nothing)
    many = client.post(DECIDE, {"comment": range(1, 102), "action": "approve", "seen": "1"})
    assert "At most 100 at once." in body_of(many)
    comment = say(article, make_user())
    reasonless = {"comment": comment.pk, "action": "hide", "reason": "", "seen": "1"}
    assert "Say which rule it breaks." in body_of(client.post(DECIDE, reasonless))
    assert status_of(comment) == "visible"


def test_with_htmx_the_answer_stands_in_place_of_the_case(client, article, author, moderator):
    comment = hold(say(article, author, "A word."))
    data = {"comment": comment.pk, "action": "approve"}
    text = body_of(client.post(DECIDE, data, headers={"HX-Request": "true"}))
    assert "<html" not in text
    assert "1 comment: Approved." in text
    act = ModerationEvent.objects.latest("pk").act
    text = body_of(client.post(f"/en/moderation/acts/{act}/undo/", headers={"HX-Request": "true"}))
    assert "<html" not in text
    assert "A word." in text
    assert status_of(comment) == "pending"


@pytest.mark.parametrize("back", ["https://e.com/", "//e.com", "/\\e.com", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_a_decision(client, article, author, moderator, back):
    comment = hold(say(article, author))
    data = {"comment": comment.pk, "action": "approve", "back": back}
    assert client.post(DECIDE, data).url == QUEUE
