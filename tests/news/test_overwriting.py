"""Two editors have one article open: the later save is refused and shows both texts."""

import threading

import pytest
from django.db import connection

from news.models import Article, AuditEntry, Mention
from tests.factories import add_text, make_entity, make_image, make_user, mention
from tests.news.desk import TITLE, desk_of, save, sent_by
from tests.portal.test_admin import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(article):
    """What both editors have on the screen."""
    return form_of(article, **{"texts-0-is_checked": "on", "texts-0-slug": "probe-lands"})


def test_the_second_editor_is_refused_and_sees_both_texts(article, opened):
    save(desk_of("anna"), article, opened, **{TITLE: "Anna's headline", "licence": "CC0"})
    late = save(desk_of("boris"), article, opened, **{TITLE: "Boris's", "texts-0-lead": "B. lead"})
    page = late.content.decode()
    assert late.status_code == 409
    assert " by anna." in page
    for words in ("Anna&#x27;s headline", "Boris&#x27;s", "B. lead", "CC0", "Probe lands: what is"):
        assert f">{words}" in page
    assert 'value="Boris&#x27;s"' in page
    assert article.texts.get().title == "Anna's headline"


def test_going_on_saves_over_the_version_that_was_shown_and_no_newer_one(article, opened):
    anna, boris = desk_of("anna"), desk_of("boris")
    save(anna, article, opened, **{TITLE: "First"})
    shown = save(boris, article, opened, **{TITLE: "Mine"}).context["stored"].version
    save(anna, article, form_of(article, **{TITLE: "Second"}))
    again = save(boris, article, opened, _overwrite=shown, **{TITLE: "Mine"})
    assert again.status_code == 409
    assert article.texts.get().title == "Second"
    save(boris, article, opened, _overwrite=again.context["stored"].version, **{TITLE: "Mine"})
    assert article.texts.get().title == "Mine"


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "<b>", "9" * 5000, "1.0", None])
def test_a_version_that_was_tampered_with_is_refused_in_words(article, opened, version):
    data = {name: value for name, value in opened.items() if name != "version"}
    data |= {} if version is None else {"version": version}
    response = save(desk_of("anna"), article, data, **{TITLE: "Mine"})
    assert response.status_code == 409
    assert "Not saved: the article has changed" in response.content.decode()
    assert article.texts.get().title == "Probe lands"


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish", "_submit"])
def test_a_double_click_is_no_quarrel_with_oneself(article, opened, button):
    anna = desk_of("anna")
    typed = {
        TITLE: "Mine",
        "texts-0-body": "A plain <script>body</script>",
        "texts-TOTAL_FORMS": 2,
        "texts-1-language": "ru",
        "texts-1-title": "Моё",
        "texts-1-origin": "human",
    }
    save(anna, article, opened, **typed, **{button: "1"})
    second = save(anna, article, opened, **typed, **{button: "1"})
    assert "stored like this already" in second.content.decode()
    assert sorted(article.texts.values_list("title", flat=True)) == ["Mine", "Моё"]


def test_transitions_and_decided_mentions_count_as_changes(client, article, opened):
    found = mention(article, state=Mention.State.FOUND)
    anna = desk_of("anna")
    Article.objects.get().submit_for_review()
    assert save(anna, article, opened, **{TITLE: "Mine"}).status_code == 409
    opened["version"] = Article.objects.get().version
    client.force_login(make_user(is_staff=True, is_superuser=True))
    selected = {"action": "accept", "_selected_action": [found.pk]}
    client.post("/admin/news/mention/", selected)
    assert save(anna, article, opened, **{TITLE: "Mine"}).status_code == 409


def test_a_text_that_came_or_went_meanwhile_stands_in_nobodys_way(article, opened):
    russian = {"texts-TOTAL_FORMS": 2, "texts-1-language": "ru", "texts-1-origin": "human"}
    add_text(article, "ru", "Чужое")
    Article.objects.filter(pk=article.pk).raise_version()
    late = save(desk_of("anna"), article, opened, **russian, **{"texts-1-title": "Моё"})
    assert ">Чужое<" in late.content.decode()
    article.texts.filter(language="en").delete()
    over = {"_overwrite": late.context["stored"].version, "texts-1-title": "Моё"}
    assert save(desk_of("boris"), article, opened, **russian, **over).status_code == 200
    titles = article.texts.order_by("language").values_list("title", flat=True)
    assert list(titles) == ["Probe lands", "Моё"]


def test_the_refusal_speaks_the_editors_language(article, opened):
    anna = desk_of("anna")
    anna.cookies["django_language"] = "ru"
    Article.objects.filter(pk=article.pk).raise_version()
    page = save(anna, article, opened, **{TITLE: "Mine"}).content.decode()
    assert "Не сохранено" in page
    assert "Сохранить моё поверх" in page


@pytest.mark.django_db(transaction=True)
def test_of_many_saves_at_once_exactly_one_wins(article, opened):
    answers = []

    def press(desk, number):
        answers.append(save(desk, article, opened, **{TITLE: f"By {number}"}).status_code)
        connection.close()

    desks = [(desk_of(f"editor{number}"), number) for number in range(4)]
    presses = [threading.Thread(target=press, args=desk) for desk in desks]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join(60)
    assert sorted(answers) == [200, 409, 409, 409]
    assert Article.objects.get().version == 2


TYPED = {
    "_return": "1",
    "why": "Who says so?",
    "published_at_0": "2099-01-01",
    "published_at_1": "08:00:00",
    "embargo_until_0": "2098-02-03",
    "embargo_until_1": "04:05:06",
    "retraction_en": "Half a reason",
    "corrections-TOTAL_FORMS": "1",
    "corrections-0-kind": "typo",
    "corrections-0-note_en": "A letter",
    "corrections-0-note_ru": "Буква",
    "corrections-0-corrected_at_0": "2026-01-02",
    "corrections-0-corrected_at_1": "03:04:05",
    "mentions-TOTAL_FORMS": "1",
    "mentions-0-state": "accepted",
}


def test_whatever_was_typed_chosen_or_added_stands_in_the_refused_form(article, opened):
    picture, company = make_image(), make_entity("Acme")
    Article.objects.get().submit_for_review()
    typed = TYPED | {"image": str(picture.pk), "mentions-0-entity": str(company.pk)}
    anna = desk_of("anna")
    late = save(anna, article, opened, **typed)
    assert late.status_code == 409
    sent_again = sent_by(late) | {"_overwrite": late.context["stored"].version}
    assert sent_again.items() >= typed.items()
    save(anna, article, sent_again)
    article.refresh_from_db()
    assert (article.state, article.image) == ("draft", picture)
    assert article.corrections.count() == article.mentions.count() == 1
    assert AuditEntry.objects.get(why="Who says so?").by.username == "anna"


def test_a_reason_is_not_lost_where_the_words_are_the_same(article, opened):
    Article.objects.get().submit_for_review()
    anna, returned = desk_of("anna"), {"_return": "1", "why": "Who says so?"}
    late = save(anna, article, opened, **returned)
    assert (late.status_code, sent_by(late)["why"]) == (409, "Who says so?")
    over = returned | {"_overwrite": late.context["stored"].version}
    assert "The article is now: Draft" in save(anna, article, opened, **over).content.decode()
    assert "stored like this already" in save(anna, article, opened, **over).content.decode()


def test_a_reason_is_shown_again_where_the_state_refuses(article):
    page = save(desk_of("anna"), article, form_of(article), _return="1", why="Who says so?")
    assert "What you typed: “Who says so?”" in page.content.decode()
