"""Readers write in response to articles; editors publish it, return it, or decline."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client

from news import response_letters, responses
from news.models import Article, Exchange
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

WORDS = {
    "kind": "reply",
    "language": "en",
    "title": "I see it otherwise",
    "lead": "What was left out.",
    "body": "First.\n\nSecond <script>alert(1)</script><strong>bold</strong>.",
    "consent": "on",
}


@pytest.fixture
def answered():
    return make_article("Probe lands")


@pytest.fixture
def vera(answered):
    client = Client()
    client.force_login(make_user("vera"))
    return client


def send(client, answered, **changes):
    url = f"/en/articles/{answered.pk}-probe-lands/respond/"
    return client.post(url, WORDS | changes, follow=True)


def sent_in(client, answered) -> Article:
    assert send(client, answered).status_code == 200
    return Article.objects.get(response_to=answered)


def decide(editor, own, button: str, note: str = "", **changes) -> str:
    own.refresh_from_db()
    sent = {button: "1", "note": note, "version": own.version} | changes
    url = f"/admin/news/article/{own.pk}/response/"
    return editor.post(url, sent, follow=True).content.decode()


def test_a_response_is_written_sent_and_published_with_links_both_ways(
    vera, anna, answered, client
):
    own = sent_in(vera, answered)
    assert (own.state, own.response_kind, own.author.username) == ("in_review", "reply", "vera")
    assert "script" not in own.texts.get().body and "<strong>bold</strong>" in own.texts.get().body
    article_page = f"/en/articles/{answered.pk}-probe-lands/"
    assert "I see it otherwise" not in client.get(article_page).content.decode()
    assert "I see it otherwise" in anna.get("/admin/news/article/responses/").content.decode()
    assert "Done." in decide(anna, own, "_accept")
    assert "I see it otherwise" in client.get(article_page).content.decode()
    page = client.get(Article.objects.get(pk=own.pk).get_absolute_url()).content.decode()
    assert "Reply to" in page and article_page in page
    assert "with the author’s consent" in page
    assert "Published" in vera.get("/en/responses/").content.decode()


def test_a_returned_response_is_mended_and_sent_again(vera, anna, answered):
    own = sent_in(vera, answered)
    assert "Say why" in decide(anna, own, "_return")
    decide(anna, own, "_return", "Please name your source.")
    assert "Returned with a note" in vera.get("/en/responses/").content.decode()
    form = vera.get(f"/en/responses/{own.pk}/")
    assert "Please name your source." in form.content.decode()
    version = form.context["form"]["version"].value()
    mended = WORDS | {"lead": "As ESA says.", "version": version}
    vera.post(f"/en/responses/{own.pk}/", mended)
    own.refresh_from_db()
    assert (own.state, own.texts.get().lead) == ("in_review", "As ESA says.")
    assert own.exchange.answer == ""


def test_a_declined_response_says_why_and_to_nobody_else(vera, anna, answered, client):
    own = sent_in(vera, answered)
    decide(anna, own, "_decline", "We had this last week.")
    page = vera.get(f"/en/responses/{own.pk}/").content.decode()
    assert "We had this last week." in page and "Declined" in page
    other = Client()
    other.force_login(make_user("other"))
    assert other.get(f"/en/responses/{own.pk}/").status_code == 404
    assert client.get(f"/en/responses/{own.pk}/").status_code == 302


def test_each_decision_is_told_by_mail_once(vera, anna, answered):
    own = sent_in(vera, answered)
    response_letters.sweep()
    assert mail.outbox == []
    decide(anna, own, "_return", "Please name your source.")
    response_letters.sweep()
    response_letters.sweep()
    assert [message.to for message in mail.outbox] == [["vera@example.org"]]
    assert "Please name your source." in mail.outbox[0].body
    own.refresh_from_db()
    responses.send(own, own.author)
    decide(anna, own, "_accept")
    response_letters.sweep()
    assert len(mail.outbox) == 2
    assert "is published" in mail.outbox[1].subject


def test_a_draft_is_kept_and_seen_by_its_writer_alone(vera, anna, answered):
    send(vera, answered, do="draft", lead="", consent="")
    own = Article.objects.get(response_to=answered)
    assert own.state == "draft"
    assert f"/change/{own.pk}" not in anna.get("/admin/news/article/").content.decode()
    assert own.pk not in [
        row.pk for row in anna.get("/admin/news/article/").context["cl"].result_list
    ]
    assert anna.get(f"/admin/news/article/{own.pk}/change/").status_code == 302
    assert anna.get(f"/en/articles/{own.pk}/preview/").status_code == 404
    assert "I see" not in anna.get(f"/admin/news/article/bulk/state/?of={own.pk}").content.decode()
    again = vera.get(f"/en/articles/{answered.pk}-probe-lands/respond/")
    assert again["Location"] == f"/en/responses/{own.pk}/"
    preview = WORDS | {"do": "preview", "version": own.version}
    assert "<strong>bold</strong>" in vera.post(again["Location"], preview).content.decode()
    own.refresh_from_db()
    plain = WORDS | {"do": "draft", "version": own.version, "body": "One & two.\nThree.\n\nFour."}
    vera.post(again["Location"], plain)
    assert "One &amp; two.\nThree.\n\nFour." in vera.get(again["Location"]).content.decode()
    vera.post(again["Location"], {"do": "discard"})
    assert not Article.objects.filter(pk=own.pk).exists()


def test_what_is_missing_is_said_and_what_was_typed_is_kept(vera, answered):
    page = send(vera, answered, title="", consent="", body="<script></script>")
    assert page.status_code == 422
    assert page.content.decode().count("This field is required.") == 2
    assert "What was left out." in page.content.decode()
    assert not Article.objects.filter(response_to=answered).exists()


def test_two_tabs_do_not_overwrite_each_other_and_one_form_makes_one_draft(vera, answered):
    key = "7b0f6f0e-0d5a-4f0e-9a53-0a3c1a6f0d11"
    for _twice in range(2):
        send(vera, answered, do="draft", key=key)
    own = Article.objects.get(response_to=answered)
    late = vera.post(f"/en/responses/{own.pk}/", WORDS | {"version": "1", "title": "Mine"})
    assert late.status_code == 422
    assert "It has been changed since you opened this page" in late.content.decode()
    assert own.texts.get().title == "I see it otherwise"
    own.refresh_from_db()
    vera.post(f"/en/responses/{own.pk}/", WORDS | {"version": own.version, "title": "Mine"})
    assert own.texts.get().title == "Mine"


def test_who_is_logged_out_gets_back_what_they_typed(client, answered):
    page = send(client, answered)
    assert page.status_code == 403
    assert "I see it otherwise" in page.content.decode()
    assert not Article.objects.filter(response_to=answered).exists()


def test_so_many_are_sent_and_no_more(vera, answered):
    for _number in range(responses.MOST_WAITING):
        assert send(vera, answered).status_code == 200
    refused = send(vera, answered)
    assert refused.status_code in (422, 429)
    assert "I see it otherwise" in refused.content.decode()
    assert Exchange.objects.waiting().count() == responses.MOST_WAITING


def test_a_response_that_changed_meanwhile_is_not_decided_on(vera, anna, answered):
    own = sent_in(vera, answered)
    assert "changed since you opened" in decide(anna, own, "_accept", version="1")
    vera.post(f"/en/responses/{own.pk}/", {"do": "take_back"})
    assert "It has changed meanwhile" in decide(anna, own, "_accept")
    assert Article.objects.get(pk=own.pk).state == "draft"


def test_what_is_typed_is_saved_by_itself_and_its_form_knows_the_version(vera, answered):
    typing = {"headers": {"HX-Request": "true"}}
    form, key = f"/en/articles/{answered.pk}-probe-lands/respond/", uuid4()
    begun = WORDS | {"do": "draft", "key": key, "consent": ""}
    for body in ("One.", "One. Two."):
        answer = vera.post(form, begun | {"body": body}, **typing).content.decode()
    own = Article.objects.get(response_to=answered)
    assert own.texts.get().body == "<p>One. Two.</p>"
    assert "Draft saved" in answer and "<html" not in answer
    assert f'id="id_version" value="{own.version}"' in answer
    mine, late = f"/en/responses/{own.pk}/", begun | {"version": "1", "title": "Mine"}
    assert "Not saved yet. It has been changed" in vera.post(mine, late, **typing).content.decode()
    long = begun | {"version": own.version, "title": "x" * 251}
    assert "Headline: " in vera.post(mine, long, **typing).content.decode()
    vera.post(form, WORDS | {"key": key})
    assert "It has changed meanwhile" in vera.post(form, begun, **typing).content.decode()
    assert Article.objects.get(response_to=answered).state == "in_review"


GREETINGS = {
    "en": re.compile(r"Hello vera_en,\n\n(the|what) "),
    "ru": re.compile(r"Здравствуйте, vera_ru!\n\n[А-Я]"),
}


@pytest.mark.parametrize("language", GREETINGS)
def test_the_letters_say_in_the_readers_language_what_was_decided(answered, language):
    vera = make_user(f"vera_{language}", language=language)
    note = "https://esa.example/" + "long" * 30
    for state, answer in (("published", ""), ("draft", "returned"), ("binned", "declined")):
        own = make_article("A <b>title", state=state, author=vera)
        exchange = Exchange(article=own, answer=answer, note=note if answer else "")
        letter = response_letters.letter(exchange)
        [(html, _type)] = letter.alternatives
        assert "A <b>title" in letter.body and "A &lt;b&gt;title" in html
        assert (note in letter.body, note in html) == (bool(answer), bool(answer))
        assert "\n\n\n" not in letter.body
        assert GREETINGS[language].match(letter.body)
