"""Readers are told of comments by mail: several in one letter, never twice, only what is wanted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import (
    following,
    letters,
    muting,
    notifications,
    posting,
    tasks,
    visibility,
)
from comments.models import (
    Notification,
    NotificationLetter,
    NotificationPreferences,
    Visit,
)
from comments.told_text import MOST_LISTED
from portal import deletion
from subscriptions import consent
from subscriptions.models import Suppression
from tests.factories import make_article, make_user
from tests.portal.people import make_reader
from tests.subscriptions.sink import Sink

pytestmark = pytest.mark.django_db

EMAIL = "vera@example.org"


@pytest.fixture
def vera():
    return make_reader("vera", email=EMAIL)


def call(article, name: str = "vera", words: str = "Look here", by=None):
    comment = posting.post(article, (by or make_user()).pk, f"{words}, @{name}.")
    notifications.announce_new()
    return comment


def minutes(number: int):
    return timezone.now() + timedelta(minutes=number)


def states() -> list[str]:
    return list(NotificationLetter.objects.order_by("pk").values_list("state", flat=True))


def text_of(sink: Sink, number: int = 0) -> str:
    text = sink.message(number).get_body(("plain",)).get_content()
    return text.replace("\r\n", "\n")


def test_several_comments_of_some_minutes_are_one_letter(sink, vera, article):
    for number in range(3):
        call(article, words=f"Thought {number}")
    letters.sweep(minutes(9))
    assert not sink.accepted
    for _ in range(2):
        letters.sweep(minutes(11))
    assert sink.recipients == [EMAIL]
    assert sink.message()["Subject"] == "3 comments for you: Probe lands and more"
    assert all(f"Thought {number}" in text_of(sink) for number in range(3))
    assert states() == ["sent"]


def test_the_workers_tasks_tell_send_and_forget(sink, vera, article):
    posting.post(article, make_user().pk, "Look here, @vera.")
    tasks.announce_comments()
    tasks.send_letters()
    assert not sink.accepted
    Notification.objects.update(mail_due_at=minutes(-1))
    tasks.send_letters()
    assert sink.recipients == [EMAIL]
    long_ago = timezone.now() - notifications.KEPT_FOR - timedelta(days=1)
    Notification.objects.update(created_at=long_ago)
    Visit.objects.create(
        user=vera, discussion_id=article.pk, seen_seq=1, shown_seq=1, visited_at=long_ago
    )
    tasks.forget_old_notifications()
    tasks.forget_old_visits()
    assert not Notification.objects.exists() and not Visit.objects.exists()


def test_the_next_letter_waits_for_half_an_hour(sink, vera, article):
    call(article)
    letters.sweep(minutes(11))
    call(article)
    letters.sweep(minutes(12))
    letters.sweep(minutes(40))
    assert len(sink.accepted) == 1
    letters.sweep(minutes(42))
    assert len(sink.accepted) == 2


def test_a_letter_says_who_where_why_and_how_to_stop_it(sink, vera, article):
    first = posting.post(article, vera.pk, "A question.")
    posting.post(article, make_user("boris").pk, "> A question.\n\nAn *answer*.", first.seq)
    notifications.announce_new()
    letters.sweep(minutes(11))
    message, text = sink.message(), text_of(sink)
    assert message["Subject"] == "boris replied to you: Probe lands"
    assert "> An answer." in text and "A question" not in text
    assert f"/en/articles/{article.pk}-probe-lands/comments/2/" in text
    assert "You get this letter because" in text
    assert "/en/discussions/letters/reply/" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = message.get_body(("html",)).get_content()
    assert "An answer." in html and "prefers-color-scheme: dark" in html


def test_comments_on_one_article_stand_together_under_its_title(sink, vera, article):
    for place in (article, make_article("Other news"), article):
        call(place)
    letters.sweep(minutes(11))
    marks = {"Probe lands", "Other news", "> Look here, @vera."}
    lines = [line for line in text_of(sink).splitlines() if line in marks]
    look = "> Look here, @vera."
    assert lines == ["Probe lands", look, look, "Other news", look]


def test_a_letter_is_in_its_readers_language(sink, article):
    make_reader("vera", email=EMAIL, language="ru")
    call(article)
    letters.sweep(minutes(11))
    assert sink.message()["Content-Language"] == "ru"
    assert "/ru/discussions/letters/mention/" in sink.message()["List-Unsubscribe"]
    assert "Здравствуйте" in text_of(sink)


def test_stored_xss_in_mail(sink, vera):
    article = make_article("Probe <b>lands</b>")
    call(article, words="<script>alert(1)</script> {{ 7|add:7 }}")
    letters.sweep(minutes(11))
    html = sink.message().get_body(("html",)).get_content()
    assert "&lt;script&gt;" in html and "<script" not in html
    assert "Probe &lt;b&gt;lands" in html and "{{ 7|add:7 }}" in html


@pytest.mark.parametrize("number", [MOST_LISTED, MOST_LISTED + 3])
def test_a_long_letter_lists_twenty_and_counts_the_rest(sink, vera, article, number):
    for _ in range(number):
        call(article)
    letters.sweep(minutes(11))
    assert text_of(sink).count("> Look here") == MOST_LISTED
    assert ("And 3 more on the site" in text_of(sink)) == (number > MOST_LISTED)
    assert Notification.objects.exclude(letter=None).count() == number


def test_a_followed_discussion_is_one_line_with_the_number_of_comments(sink, vera, article):
    following.follow_article(vera.pk, article)
    for _ in range(4):
        posting.post(article, make_user().pk, "News.")
        notifications.announce_new()
    letters.sweep(timezone.now() + timedelta(days=1))
    assert "4 new comments, the first by" in " ".join(text_of(sink).split())
    assert text_of(sink).count("> News.") == 1


def test_a_letter_costs_as_many_queries_for_20_comments_as_for_10(sink, article):
    counts = []
    for size in (10, 20):
        reader = make_reader(f"vera{size}", email=f"{size}@example.org")
        for _ in range(size):
            call(make_article(), reader.username)
        following.follow_article(reader.pk, make_article())
        with CaptureQueriesContext(connection) as queries:
            letters.sweep(minutes(11))
        counts.append(len(queries))
    assert len(sink.accepted) == 2
    assert counts[0] == counts[1]


# What is not mailed.


def leave(article, vera, comment):
    deletion.ask(vera)


def hide(article, vera, comment):
    visibility.change_statuses([comment.pk], "hidden")


def delete(article, vera, comment):
    visibility.change_statuses([comment.pk], "deleted")


def mute(article, vera, comment):
    muting.mute(vera.pk, comment.author_id)


def ban(article, vera, comment):
    comment.author.is_active = False
    comment.author.save()


def forget_author(article, vera, comment):
    comment.author.delete()


def retract(article, vera, comment):
    article.state = "retracted"
    article.save()


def read(article, vera, comment):
    notifications.mark_seen(vera.pk)


def stop(article, vera, comment):
    NotificationPreferences.objects.create(user=vera, mention="off")


def change_address(article, vera, comment):
    vera.email = "other@example.org"
    vera.save()


def be_suppressed(article, vera, comment):
    consent.suppress("Vera@Example.org", Suppression.Reason.COMPLAINT)


def be_returned(article, vera, comment):
    NotificationPreferences.objects.create(user=vera, returned_email=vera.email)


@pytest.mark.parametrize(
    "happens",
    [
        *(leave, hide, delete, mute, ban, forget_author, retract, read, stop, change_address),
        be_returned,
        be_suppressed,
    ],
)
def test_what_happens_before_the_letter_leaves_keeps_it_back(sink, vera, article, happens):
    happens(article, vera, call(article))
    letters.sweep(minutes(11))
    assert not sink.accepted
    assert not Notification.objects.exclude(mail_due_at=None).exists()


def test_whose_address_is_suppressed_reads_why_no_letters_come(client, vera):
    client.force_login(vera)
    pages = []
    for _ in range(2):
        page = client.get("/en/discussions/mine/mail/").content.decode()
        pages.append("No letters go to vera@example.org" in page)
        consent.suppress(EMAIL, Suppression.Reason.BOUNCE)
    assert pages == [False, True]


def test_an_address_confirmed_anew_gets_letters_again(sink, vera, article):
    consent.suppress(EMAIL, Suppression.Reason.BOUNCE)
    Suppression.objects.forget([EMAIL])
    call(article)
    letters.sweep(minutes(11))
    assert len(sink.accepted) == 1


def test_the_rest_of_a_letter_still_comes(sink, vera, article):
    hide(article, vera, call(article, words="Nonsense"))
    call(article, words="Wisdom")
    letters.sweep(minutes(11))
    assert "Wisdom" in text_of(sink) and "Nonsense" not in text_of(sink)


def test_what_waits_for_a_moderator_is_mailed_to_nobody(sink, vera, article):
    comment = posting.post(article, make_user().pk, "Look, @vera")
    visibility.change_statuses([comment.pk], "pending")
    notifications.announce_new()
    letters.sweep(minutes(11))
    assert not sink.accepted


@pytest.mark.parametrize("rest", ["comments/", "comments/1/"])
def test_what_was_read_on_the_site_is_not_mailed(sink, client, vera, article, rest):
    call(article)
    client.force_login(vera)
    client.get(f"/en/articles/{article.pk}-probe-lands/{rest}")
    assert not Notification.objects.unseen().exists()
    letters.sweep(minutes(11))
    assert not sink.accepted


def test_a_reply_on_another_page_is_still_mailed(sink, client, vera, article):
    call(article)
    for number in range(60):
        posting.post(article, make_user().pk, f"Another thread, {number}")
    client.force_login(vera)
    client.get(f"/en/articles/{article.pk}-probe-lands/comments/")
    letters.sweep(minutes(11))
    assert sink.recipients == [EMAIL]


# What the mail server does.


def test_a_refusal_for_now_is_tried_again_and_not_for_ever(sink, vera, article):
    sink.on_rcpt = lambda recipient: "451 Later"
    call(article)
    letters.sweep(minutes(11))
    assert states() == ["refused"]
    for day in range(40):
        letters.sweep(timezone.now() + timedelta(days=day))
    assert states() == ["refused"] * letters.ATTEMPTS
    assert not Notification.objects.exclude(mail_due_at=None).exists()


def test_what_was_refused_for_now_arrives_once_it_is_taken(sink, vera, article):
    sink.on_rcpt = lambda recipient: "451 Later"
    call(article)
    letters.sweep(minutes(11))
    sink.on_rcpt = lambda recipient: None
    letters.sweep(minutes(12))
    assert not sink.accepted
    letters.sweep(minutes(30))
    assert states() == ["refused", "sent"]


def test_an_address_that_refuses_three_letters_gets_no_more_until_it_is_saved_again(
    sink, client, vera, article
):
    sink.on_rcpt = lambda recipient: "550 No such user"
    for day in range(5):
        call(article)
        letters.sweep(timezone.now() + timedelta(days=day, minutes=11))
    assert states() == ["refused"] * letters.REFUSED_IN_A_ROW
    sink.on_rcpt = lambda recipient: None
    client.force_login(vera)
    page = client.get("/en/discussions/mine/mail/").content.decode()
    assert f"Letters to {EMAIL} come back" in page
    choice = {"reply": "soon", "mention": "soon", "follow": "off", "hour": "8"}
    client.post("/en/discussions/mine/mail/", choice)
    letters.sweep(timezone.now() + timedelta(days=7))
    assert sink.recipients == [EMAIL]


def test_a_server_that_hangs_up_before_the_message_gets_it_later(sink, vera, article):
    sink.on_rcpt = lambda recipient: "hang up"
    call(article)
    letters.sweep(minutes(11))
    assert states() == []
    sink.on_rcpt = lambda recipient: None
    letters.sweep(minutes(20))
    assert states() == ["sent"]


def test_an_answer_that_is_lost_leaves_it_uncertain_and_nothing_is_sent_twice(sink, vera, article):
    sink.on_data = lambda recipient: "hang up"
    call(article)
    letters.sweep(minutes(11))
    assert states() == ["uncertain"]
    sink.on_data = lambda recipient: None
    letters.sweep(minutes(120))
    assert not sink.accepted


def test_no_mail_server_costs_nothing_but_time(settings, vera, article):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    call(article)
    letters.sweep(minutes(11))
    assert states() == []
    assert Notification.objects.owed(minutes(11)).count() == 1


# What the database holds.


def test_a_notification_is_in_one_letter_and_a_reader_gets_one_at_a_time(vera, article):
    call(article)
    letter = NotificationLetter.objects.create(user=vera)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.update(letter=letter)
    with pytest.raises(IntegrityError), transaction.atomic():
        NotificationLetter.objects.create(user=vera)


def test_what_is_old_is_forgotten(vera, article):
    call(article)
    letters.sweep(minutes(11))
    assert notifications.forget_old() == 0
    assert notifications.forget_old(timezone.now() + timedelta(days=181)) == 1
    assert not NotificationLetter.objects.exists()
