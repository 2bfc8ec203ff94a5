"""Mentions are found in the texts, decided on by editors, and shown to readers."""

import io

import pytest
from django.core.management import CommandError, call_command

from news.mention_finder import find_mentions
from news.models import Article, EntityAlias, Mention
from tests.factories import add_text, make_article, make_entity, make_user, mention

pytestmark = pytest.mark.django_db


def article_saying(words: str, language: str = "ru") -> Article:
    title = "Заголовок" if language == "ru" else "Headline"
    article = make_article(title, languages=(language,))
    text = article.texts.get()
    text.lead, text.body = "", f"<p>{words}</p>"
    text.save()
    return article


def found_in(words: str, language: str = "ru") -> list[str]:
    article = article_saying(words, language)
    find_mentions(article)
    slugs = article.mentions.filter(state="found").values_list("entity__slug", flat=True)
    return sorted(slugs)


def alias(slug: str, language: str, name: str) -> None:
    EntityAlias.objects.create(entity=make_entity(slug), language=language, name=name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("НАСА", "По данным НАСА, аппарат цел."),
        ("Юнеско", "Список Юнеско пополнился."),
        ("ЮНЕСКО", "Список Юнеско пополнился."),
        ("Юнеско", "Список ЮНЕСКО пополнился."),
        ("ЦЕРН", "Физики ЦЕРНа довольны."),
        ("Роскосмос", "Глава Роскосмоса приехал."),
        ("Роскосмос", "Это согласовано с «Роскосмосом»."),
        ("Джеймс Уэбб", "Снимок телескопа «Джеймс Уэбб»."),
        ("Джеймс Уэбб", "Зеркало «Джеймса Уэбба» чисто."),
        ("телескоп «Джеймс Уэбб»", 'Снимки телескопа "Джеймс Уэбб" готовы.'),
        ("Европейское космическое агентство", "В Европейском космическом агентстве рады."),
        ("Институт космических исследований", "Из Института космических исследований."),
        ("Союз-2", "Пуск «Союза-2» прошёл."),
        ("Королёв", "Музей Королева открыт."),
        ("Хаббл", "İİİ. Снимок «Хаббла»."),
        ("Европа Клипер", "Зонд <em>Европа</em>&nbsp;Клипер летит."),
    ],
)
def test_russian_names_are_found_in_their_forms(name, words):
    make_entity("it", name_en="Something", name_ru=name)
    assert found_in(words) == ["it"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Илон Маск", "Слова Илона Маска услышали."),
        ("Анна Попова", "Об Анне Поповой писали."),
        ("Мария Кюри", "Тетради Марии Кюри."),
        ("Лев Толстой", "Дом Льва Толстого."),
    ],
)
def test_people_are_found_in_all_cases(name, words):
    make_entity("who", kind="person", name_en="Somebody", name_ru=name)
    assert found_in(words) == ["who"]


@pytest.mark.parametrize(
    "words", ["NASA’s probe landed.", "The NASA's probe.", "A NASA-funded probe.", "(NASA) said."]
)
def test_english_possessives_are_found(words):
    make_entity("nasa", name_en="NASA")
    assert found_in(words, "en") == ["nasa"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NASA", "The nasal passage."),
        ("NASA", "NASAX is something else."),
        ("Who", "Those who read."),
        ("Apple", "An apple a day."),
        ("Gaia", "gaia theory"),
    ],
)
def test_only_whole_words_with_their_capitals_are_names(name, words):
    make_entity("it", name_en=name)
    assert found_in(words, "en") == []


def test_the_longest_name_counts():
    make_entity("mars", name_en="Mars")
    make_entity("rover", name_en="Mars 2020")
    assert found_in("Mars 2020 landed.", "en") == ["rover"]
    assert found_in("Mars 20201 is no rover.", "en") == ["mars"]


def test_latin_names_are_found_in_russian_texts_and_russian_ones_not_in_english():
    make_entity("spacex", name_en="SpaceX", name_ru="Спейс Икс")
    assert found_in("Ракета SpaceX взлетела.") == ["spacex"]
    assert found_in("Спейс Икс launched.", "en") == []


def test_aliases_count_and_texts_of_both_languages_are_read():
    make_entity("esa", name_en="European Space Agency")
    alias("esa", "en", "ESA")
    make_entity("roscosmos", name_en="Roscosmos", name_ru="Роскосмос")
    article = article_saying("ESA agreed.", "en")
    add_text(article, "ru", "Договор с Роскосмосом", lead="", body="<p>Подписан.</p>")
    assert find_mentions(article) == 2
    sentences = dict(article.mentions.values_list("entity__slug", "sentence"))
    assert sentences == {"esa": "ESA agreed.", "roscosmos": "Договор с Роскосмосом"}


def test_the_sentence_is_shown_in_plain_words():
    make_entity("esa", name_en="ESA")
    article = article_saying("It rained. <b>ESA</b> &amp; others flew. It dried.", "en")
    find_mentions(article)
    assert article.mentions.get().sentence == "ESA & others flew."


def test_a_sentence_without_end_is_cut():
    make_entity("esa", name_en="ESA")
    article = article_saying("so " * 500 + "ESA " + "on " * 500, "en")
    find_mentions(article)
    sentence = article.mentions.get().sentence
    assert "ESA" in sentence
    assert len(sentence) <= 500


def test_what_was_decided_stays():
    article = article_saying("ESA and NASA.", "en")
    make_entity("nasa"), make_entity("jaxa")
    mention(article, "esa", Mention.State.REFUSED)
    assert find_mentions(article) == 1
    article.mentions.filter(entity__slug="nasa").update(state="accepted")
    article = Article.objects.get(pk=article.pk)
    assert find_mentions(article) == 0
    states = dict(article.mentions.values_list("entity__slug", "state"))
    assert states == {"esa": "refused", "nasa": "accepted"}


def test_a_renamed_entity_is_found_by_its_new_name():
    entity = make_entity("x", name_en="Twitter")
    assert found_in("Twitter fell.", "en") == ["x"]
    entity.name_en = "Bluebird"
    entity.save()
    assert found_in("Twitter fell.", "en") == []
    assert found_in("Bluebird rose.", "en") == ["x"]


def test_without_entities_nothing_is_found():
    assert found_in("Тишина.") == []


def test_proposals_are_not_public(client):
    make_entity("esa", name_en="Space Friends")
    article = article_saying("Space Friends flew.", "en")
    find_mentions(article)
    page = client.get(f"/en/articles/{article.pk}-headline/").content.decode()
    assert "Mentioned here" not in page
    assert (
        "No published article mentions it yet" in client.get("/en/entities/esa/").content.decode()
    )


def test_an_editor_decides_on_proposals(client):
    make_entity("esa"), make_entity("nasa"), make_entity("jaxa")
    article = article_saying("ESA and NASA flew.", "en")
    find_mentions(article)
    mention(article, "jaxa")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = client.get("/admin/news/mention/").content.decode()
    assert page.count("ESA and NASA flew.") == 2
    for slug, action in (("esa", "accept"), ("nasa", "refuse")):
        row = article.mentions.get(entity__slug=slug).pk
        client.post("/admin/news/mention/", {"action": action, "_selected_action": row})
    states = dict(article.mentions.values_list("entity__slug", "state"))
    assert states == {"esa": "accepted", "nasa": "refused", "jaxa": "accepted"}
    assert "ESA and NASA flew." not in client.get("/admin/news/mention/").content.decode()
    assert "ESA and NASA flew." in client.get("/admin/news/mention/?state=all").content.decode()


def test_the_list_of_proposals_has_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    for number in range(12):
        mention(make_article(), f"entity-{number}", Mention.State.FOUND)
    with django_assert_max_num_queries(12):
        client.get("/admin/news/mention/")


def test_saving_a_text_looks_for_mentions(client, monkeypatch):
    from news import tasks
    from tests.portal.test_admin import form_of

    asked: list[int] = []
    monkeypatch.setattr(tasks.find_mentions, "delay_on_commit", asked.append)
    article = make_article(state="draft")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    address = f"/admin/news/article/{article.pk}/change/"
    data = form_of(article, **{"texts-0-is_checked": "on", "texts-0-slug": article.original().slug})
    client.post(address, data)
    assert asked == []
    client.post(address, data | {"version": 2, "texts-0-title": "ESA flies"})
    assert asked == [article.pk]
    make_entity("esa")
    tasks.find_mentions(article.pk)
    tasks.find_mentions(0)
    assert article.mentions.get().sentence == "ESA flies"


def propose(*arguments: str) -> str:
    out = io.StringIO()
    call_command("find_mentions", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_reads_all_articles_and_may_be_run_again():
    make_entity("esa")
    articles = [article_saying("ESA flew.", "en") for _number in range(3)]
    assert propose(str(articles[0].pk)) == "1 proposals.\n"
    assert propose("--all") == "2 proposals.\n"
    assert propose("--all") == "0 proposals.\n"


@pytest.mark.parametrize("arguments", [[], ["1", "--all"], ["999999"]])
def test_the_command_says_what_is_wrong(arguments):
    with pytest.raises(CommandError):
        propose(*arguments)


def test_finding_costs_the_same_whatever_the_number(django_assert_num_queries):
    from news.mention_finder import find_in

    for number in range(20):
        make_entity(f"e{number}", name_en=f"Agency {number}", name_ru=f"Агентство {number}")
        alias(f"e{number}", "en", f"A{number}A")
    few = [article_saying("A1A and Agency 2.", "en") for _number in range(2)]
    many = [article_saying("A1A and Agency 2.", "en") for _number in range(12)]
    for articles, proposals in ((few, 4), (many, 24)):
        fresh = list(Article.objects.filter(pk__in=[article.pk for article in articles]))
        with django_assert_num_queries(4):
            assert find_in(fresh) == proposals


def test_an_entity_is_shown_with_those_it_is_mentioned_with(client):
    first, second, third = make_article(), make_article(), make_article()
    draft = make_article(state="draft")
    for article in (first, second, draft):
        mention(article, "esa")
        mention(article, "nasa")
    mention(first, "jaxa")
    mention(second, "isro", Mention.State.REFUSED)
    mention(third, "cnsa")
    pairs = [(e.slug, e.shared_articles) for e in make_entity("esa").mentioned_with()]
    assert pairs == [("nasa", 2), ("jaxa", 1)]
    page = client.get("/en/entities/esa/").content.decode()
    assert ">NASA</a> (2), <a" in " ".join(page.split())
    assert "CNSA" not in page
