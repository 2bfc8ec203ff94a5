"""A machine translates where an editor asks for it, and never over what a person has written."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from news import machine_translation, translator
from news.models import ArticleText, MachineTranslation, TransitionRefused
from news.tasks import translate, translate_due
from tests.factories import add_text, make_article
from tests.news.desk import save, translate_page, translation_of
from tests.news.feed_server import Reply
from tests.news.translator_server import TranslatorServer, running_translator

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings) -> Iterator[TranslatorServer]:
    with running_translator() as server:
        settings.TRANSLATOR_URL, settings.TRANSLATOR_KEY = server.url, "key of ours"
        yield server


def ask(anna, article, **fields):
    page = save(anna, article, translation_of(article), _machine="1", **fields).content.decode()
    return page, MachineTranslation.objects.get()


def test_what_comes_back_is_clean_unchecked_and_says_that_a_machine_made_it(anna, article, server):
    article.texts.update(dateline="Darmstadt")
    page, order = ask(anna, article)
    assert "A machine translates it" in page
    translate.apply((order.pk,))
    text = article.texts.get(language="ru")
    assert (text.title, text.dateline) == ("[ru] Probe lands", "[ru] Darmstadt")
    assert text.body == "<p>[ru] </p><p>Probe lands, in many more words.</p>"
    assert (text.origin, text.is_checked, text.slug) == ("machine", False, "ru-probe-lands")
    assert not text.is_stale(article.texts.get(language="en"))
    asked = server.questions[-1]
    assert asked.pop("q") == "<p>Probe lands, in many more words.</p>"
    spoken = {"source": "en", "target": "ru", "format": "html"}
    assert asked == spoken | {"api_key": "key of ours"}
    page = translate_page(anna, article)
    assert "Translated by a machine" in page
    assert "Not checked" in page
    assert not MachineTranslation.objects.exists()


def test_readers_are_told_and_the_history_has_it(anna, client, server):
    article = make_article("Probe lands")
    version = article.version
    _page, order = ask(anna, article)
    translate.apply((order.pk,))
    page = client.get(article.get_absolute_url().replace("/en/", "/ru/"), follow=True)
    assert "Переведено машиной" in page.content.decode()
    article.refresh_from_db()
    assert article.version > version
    newest = article.revisions.order_by("-pk").first()
    assert (str(newest.saved_by), newest.content["texts"]["ru"]["origin"]) == ("anna", "machine")


FAULTS = {
    "500": (Reply(b"<h1>Oops", status=500), "status", "500"),
    "403": (Reply(b'{"error": "Invalid API key"}', status=403), "status", "403 Invalid API key"),
    "429": (Reply(b'{"error": "Slowdown"}', status=429), "busy", "429 Slowdown"),
    "moved": (Reply(status=302, headers={"Location": "http://10.0.0.1/"}), "status", "302"),
    "no JSON": (Reply(b"\xff<html>"), "garbled", "UnicodeDecodeError"),
    "deep": (Reply(b"[" * 200_000), "garbled", "RecursionError"),
    "a list": (Reply(b"[1]"), "garbled", ""),
    "a number": (Reply(b'{"translatedText": 5}'), "garbled", ""),
    "nothing": (Reply(b'{"translatedText": " "}'), "garbled", ""),
    "cut off": (Reply(b"{", headers={"Content-Length": "9"}), "garbled", "JSONDecodeError"),
    "endless": (Reply(itertools.repeat(b" " * 2**20, 9)), "too_large", "> 4 MiB"),
    "too long": (Reply(json.dumps({"translatedText": "я" * 400_001}).encode()), "too_large", ""),
    "slow": (Reply(itertools.repeat(b" ", 50), pause=0.1), "too_slow", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_is_written_down_and_no_text(article, server, fault, monkeypatch):
    monkeypatch.setattr(translator, "DEADLINE", 0.3 if fault == "slow" else 10)
    server.reply, *expected = FAULTS[fault]
    order = machine_translation.ask(article, "ru", None)
    translate.apply((order.pk,))
    order.refresh_from_db()
    assert [order.trouble, order.trouble_detail] == expected
    assert article.texts.count() == 1


def test_what_went_wrong_is_said_and_can_be_tried_again(anna, article, server):
    server.reply = Reply(b'{"error": "<b>Slowdown"}', status=429)
    _page, order = ask(anna, article)
    translate.apply((order.pk,))
    page = translate_page(anna, article)
    assert "The translator has too much to do just now. (429 &lt;b&gt;Slowdown)" in page
    assert 'value="Try the machine again"' in page
    server.reply = None
    ask(anna, article)
    translate.apply((order.pk,))
    assert article.texts.get(language="ru").title == "[ru] Probe lands"


def test_a_server_that_is_not_there_is_asked_again_with_growing_pauses_and_an_end(
    anna, article, settings
):
    settings.TRANSLATOR_URL = "http://127.0.0.1:9"
    order = machine_translation.ask(article, "ru", None)
    now, pauses = timezone.now() + timedelta(minutes=2), []
    while machine_translation.due(now) == [order.pk]:
        machine_translation.translate(order.pk, now)
        order.refresh_from_db()
        pauses.append(order.retry_at and round((order.retry_at - timezone.now()).seconds / 60))
        now = order.retry_at or now + timedelta(days=9)
    assert (order.trouble, pauses) == ("unreachable", [2, 8, 32, 128, 512, None])
    page = anna.get("/admin/news/article/?machine=failed").content.decode()
    assert "Probe lands" in page
    assert 'value="Try the machine again"' in translate_page(anna, article)
    assert machine_translation.ask(article, "ru", None).attempts == 0


@pytest.mark.parametrize(
    ("status", "is_tried_again"), [(500, True), (503, True), (429, True), (403, False)]
)
def test_what_passes_is_tried_again_and_a_refusal_is_final(
    anna, article, server, status, is_tried_again
):
    server.reply = Reply(b"", status=status)
    order = machine_translation.ask(article, "ru", None)
    translate.apply((order.pk,))
    assert ("It is tried again by itself" in translate_page(anna, article)) == is_tried_again
    server.reply = None
    machine_translation.translate(order.pk, timezone.now() + timedelta(minutes=3))
    assert article.texts.filter(language="ru").exists() == is_tried_again


def test_what_is_asked_twice_is_translated_once(article, server):
    order = machine_translation.ask(article, "ru", None)
    for _ in range(2):
        translate.apply((order.pk,))
    assert len(server.questions) == 3  # headline, lead and body


def test_a_lost_task_is_found_and_a_killed_worker_leaves_the_truth(anna, article, server):
    _page, order = ask(anna, article)
    assert machine_translation.due() == []
    later = timezone.now() + timedelta(minutes=2)
    assert machine_translation.due(later) == [order.pk]
    translate_due.apply()
    machine_translation._claim(order.pk, timezone.now())
    assert "A machine translates it" in translate_page(anna, article)
    assert machine_translation.due(later) == []
    MachineTranslation.objects.update(started_at=timezone.now() - timedelta(minutes=6))
    assert "It was broken off" in translate_page(anna, article)
    assert machine_translation.due(later + timedelta(minutes=6)) == [order.pk]


def test_what_a_person_wrote_while_the_machine_was_at_it_stays(anna, article, server):
    _page, order = ask(anna, article)
    add_text(article, "ru", "Моё", origin=ArticleText.Origin.HUMAN)
    translate.apply((order.pk,))
    assert article.texts.get(language="ru").title == "Моё"
    assert "A person has written a translation meanwhile" in translate_page(anna, article)


def test_what_an_editor_changed_in_a_machines_words_stays(anna, article, server):
    add_text(article, "ru", "[ru]", origin="machine", is_checked=False)
    _page, order = ask(anna, article)
    save(anna, article, translation_of(article, title="Исправлено"))
    translate.apply((order.pk,))
    assert article.texts.get(language="ru").title == "Исправлено"


def test_no_machine_is_asked_to_write_over_a_person(anna, article, server):
    add_text(article, "ru", "Моё", origin="human", is_checked=False)
    assert 'name="_machine"' not in translate_page(anna, article)
    page = save(anna, article, translation_of(article), _machine="1").content.decode()
    assert "no machine writes over it" in page
    article.texts.filter(language="ru").update(origin="machine", is_checked=True)
    with pytest.raises(TransitionRefused):
        machine_translation.ask(article, "ru", None)
    assert not MachineTranslation.objects.exists()


def test_it_is_off_by_default(anna, article):
    assert 'name="_machine"' not in translate_page(anna, article)
    page = save(anna, article, translation_of(article), _machine="1").content.decode()
    assert "No machine is set up to translate" in page
    assert not MachineTranslation.objects.exists()


def test_an_order_taken_back_by_a_newer_one_brings_nothing(article, server):
    order = machine_translation.ask(article, "ru", None)
    claimed = machine_translation._claim(order.pk, timezone.now())
    machine_translation.ask(article, "ru", None)
    source = article.texts.get()
    machine_translation._store(claimed, source, {"title": "Late", "body": "<p>Late</p>"})
    assert article.texts.count() == 1
    assert MachineTranslation.objects.get().started_at is None
