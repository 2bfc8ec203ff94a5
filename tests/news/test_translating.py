"""Translators see source and translation side by side, what has changed, what is left to do."""

import random
import re

import pytest

from news.models import Article, ArticleText, WorkingCopy
from tests.factories import add_text, make_article
from tests.news.desk import TITLE, desk_of, save, translate_page, translation_of
from tests.portal.test_admin import form_of

pytestmark = pytest.mark.django_db


def state_of(article):
    return Article.objects.get(pk=article.pk).translation


@pytest.fixture
def translated(article):
    """With a translation in several lines, which browsers end otherwise than we do."""
    add_text(article, "ru", "Зонд сел", body="<p>Одна.</p>\n<p>Другая.</p>")
    return article


def reword(client, article, title="Probe lands softly"):
    """Change the source in the article's whole form, and leave the translation as it is."""
    [text] = article.texts.filter(language="ru")
    russian = {
        name.replace("texts-0", "texts-1"): str(value).replace("\n", "\r\n")
        for name, value in translation_of(article).items()
        if name.startswith("texts-0")
    }
    article.texts.filter(language="ru").delete()
    data = form_of(article)
    text.save(force_insert=True)
    counts = {"texts-TOTAL_FORMS": 2, "texts-INITIAL_FORMS": 2}
    return save(client, article, data | russian | counts, **{TITLE: title})


def test_the_source_is_read_and_the_translation_written(anna, article):
    page = translate_page(anna, article)
    assert "Probe lands, in many more words." in page
    assert "Not translated yet" in page
    assert 'value="Probe lands"' not in page
    assert page.count('name="texts-0-title"') == 1
    assert 'name="rubric"' not in page
    save(anna, article, translation_of(article, title="Зонд сел", body="Подробно."))
    text = article.texts.get(language="ru")
    assert (text.title, text.body, text.origin) == ("Зонд сел", "<p>Подробно.</p>", "human")
    assert not text.is_stale(article.texts.get(language="en"))
    assert article.revisions.order_by("-pk").first().content["texts"]["ru"]["title"] == "Зонд сел"


def test_a_changed_source_makes_it_stale_and_the_change_is_shown_word_by_word(anna, translated):
    reword(anna, translated)
    assert state_of(translated) == "stale"
    page = translate_page(anna, translated)
    assert "Out of date" in page
    page = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", page)
    assert "<ins> softly</ins>" in page
    save(anna, translated, translation_of(translated, title="Зонд мягко сел"))
    assert state_of(translated) == "done"


def test_what_is_still_right_follows_the_source_without_a_new_word(anna, translated):
    reword(anna, translated)
    save(anna, translated, translation_of(translated, slug="zond"))
    assert state_of(translated) == "stale"
    save(anna, translated, translation_of(translated), _follow="1")
    assert state_of(translated) == "done"


def test_what_the_source_said_before_anybody_saved_it_at_the_desk_is_not_made_up(anna, translated):
    translated.texts.filter(language="ru").update(source_fingerprint="f" * 32)
    assert "is not in the history" in translate_page(anna, translated)


def test_an_editor_marks_it_as_checked(anna, translated):
    translated.texts.filter(language="ru").update(is_checked=False, origin="machine")
    assert state_of(translated) == "unchecked"
    assert "Not checked" in translate_page(anna, translated)
    data = translation_of(translated)
    save(anna, translated, data, _check="1")
    text = translated.texts.get(language="ru")
    assert (text.is_checked, text.origin) == (True, "machine")
    assert state_of(translated) == "done"


def test_a_late_save_shows_both_translations_and_no_source(anna, translated):
    data, boris = translation_of(translated), desk_of("boris")
    reword(boris, translated, "Boris was here")
    save(boris, translated, translation_of(translated, title="Чужое"))
    late = save(anna, translated, data | {"texts-0-title": "Моё", "_follow": "1"})
    assert late.status_code == 409
    parts = {difference.part for difference in late.context["differences"]}
    assert parts == {"Russian"}
    over = {"_overwrite": late.context["stored"].version, "texts-0-title": "Моё"}
    save(anna, translated, data | over)
    titles = list(translated.texts.order_by("language").values_list("title", flat=True))
    assert titles == ["Boris was here", "Моё"]


def test_a_translation_can_not_be_sent_as_the_source(anna, article):
    for language in ("en", "de", ""):
        data = translation_of(article, title="Моё", language=language)
        answer = save(anna, article, data)
        assert answer.status_code == 200
        assert 'value="Моё"' in answer.content.decode()
    assert article.texts.get().title == "Probe lands"


def test_what_a_translator_typed_is_taken_up_as_a_translation(anna, translated):
    data = translation_of(translated, title="Пол") | {"form_key": "0" * 31 + "1"}
    answer = anna.post(f"/admin/news/article/{translated.pk}/copy/", data).content.decode()
    assert "not yet saved" in answer
    assert "Publishing still needs" not in answer
    address = f"/admin/news/article/{translated.pk}/change/?copy={WorkingCopy.objects.get().pk}"
    page = anna.get(address).content.decode()
    assert 'value="Пол"' in page
    assert 'name="translating"' in page


def test_a_column_without_words_is_no_text(anna, article):
    empty = {"texts-TOTAL_FORMS": 2, "texts-1-language": "ru", "texts-1-origin": "original"}
    save(anna, article, form_of(article, **{TITLE: "Mine"} | empty))
    assert article.texts.get().title == "Mine"


def test_what_waits_for_translators_is_listed_at_the_same_cost_for_any_number(
    anna, django_assert_max_num_queries
):
    def fill(number):
        for _ in range(number):
            late = make_article(languages=("en", "ru"))
            late.texts.filter(language="en").update(lead="Changed")

    fill(5)
    make_article("Whole", languages=("en", "ru"))
    address = "/admin/news/article/?translation__exact=stale"
    anna.get(address)
    with django_assert_max_num_queries(12) as few:
        anna.get(address)
    fill(5)
    with django_assert_max_num_queries(len(few)):
        page = anna.get(address).content.decode()
    assert page.count('?translating=1">Out of date</a>') == 10
    assert "Whole" not in page


def test_the_state_of_a_translation_is_kept_whoever_writes(article):
    chance = random.Random(6)
    for _ in range(30):
        article.refresh_from_db()
        texts = {text.language: text for text in article.texts.all()}
        _write_something(article, texts, chance)
        assert state_of(article) == _expected(article)


def _write_something(article, texts, chance):
    language, is_checked = chance.choice(["en", "ru"]), chance.random() < 0.5
    own, act = article.texts.filter(language=language), chance.randrange(6)
    if language not in texts:
        add_text(article, language, f"New {chance.random()}", is_checked=is_checked)
    elif act == 0:
        own.delete()
    elif act == 1:
        article.original_language = language
        article.save()
    elif act == 2:
        article.mark_translated(article.texts.all())
    elif act == 3:
        own.update(is_checked=is_checked, origin=chance.choice(["human", "machine"]))
    else:
        texts[language].title = f"Title {chance.random()}"
        texts[language].save()
        article.save()


def _expected(article):
    article = Article.objects.get(pk=article.pk)
    original = article.original()
    [other] = article.languages_to_translate_into
    text = article.text_in(other)
    if text is None:
        return "missing"
    if original and text.is_stale(original):
        return "stale"
    is_unchecked = text.origin != ArticleText.Origin.ORIGINAL and not text.is_checked
    return "unchecked" if is_unchecked else "done"
