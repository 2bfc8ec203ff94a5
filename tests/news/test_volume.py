"""The desk's lists and forms with many rows: the same few queries, and nothing counted."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.models import Correction, Image
from tests.factories import make_article, make_image, make_item, make_source, mention

pytestmark = pytest.mark.django_db


def add(number: int) -> None:
    article = make_article(f"Probe {number}", languages=("en", "ru"))
    mention(article, f"entity-{number}", "found")
    Image(file=f"{number}.jpg", alt_en=f"Probe {number}", width=8, height=5).save()
    make_source(f"source-{number}")
    make_item(source=make_source(f"source-{number}"))


def queries_of(client, url: str) -> list[str]:
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in queries]


LISTS = ["article", "mention", "entity", "source", "image", "incomingitem"]


def check_lists(client, urls: list[str], add: Callable[[int], None]) -> None:
    """That they ask the same of ten rows and of twenty, made by `add`, and count nothing."""
    asked = []
    for start in (0, 10):
        for number in range(start, start + 10):
            add(number)
        asked += [(url, queries_of(client, url)) for url in urls]
    half = len(asked) // 2
    for (url, few), (_url, many) in zip(asked[:half], asked[half:], strict=True):
        assert len(few) == len(many) <= 12, url
        assert not [sql for sql in many if sql.startswith("SELECT COUNT")], url


def test_lists_ask_the_same_of_ten_rows_and_of_twenty_and_count_nothing(anna):
    check_lists(anna, [f"/admin/news/{name}/?q=pro" for name in LISTS], add)


def test_the_form_asks_the_same_of_ten_mentions_and_of_twenty(anna):
    article, counts = make_article(languages=("en", "ru")), []
    for start in (0, 10):
        for number in range(start, start + 10):
            mention(article, f"entity-{number}")
            Correction.objects.create(article=article, kind="typo", note_en="5", note_ru="5")
        counts.append(len(queries_of(anna, f"/admin/news/article/{article.pk}/change/")))
    assert counts[0] == counts[1] <= 20


def found_in(client, name: str, typed: str) -> list[int]:
    rows = client.get(f"/admin/{name}/", {"q": typed}).context["cl"].result_list
    return [row.pk for row in rows]


def found(client, name: str, typed: str) -> list[int]:
    return found_in(client, f"news/{name}", typed)


def test_articles_are_found_by_number_and_by_beginnings_of_words_in_any_state(anna):
    probe = make_article("Зонд сел на «Луну»", languages=("ru",), state="draft")
    other = make_article("Ещё о ракетах: space-based", state="binned")
    assert found(anna, "article", str(probe.pk)) == found(anna, "article", f"#{probe.pk}")
    assert probe.pk in found(anna, "article", str(probe.pk))
    for typed in ("зонды", "ЗОН", "луна зонд", "сел"):
        assert found(anna, "article", typed) == [probe.pk], typed
    for typed in ("еще ракета", "ракет", "space", "based", "space-based"):
        assert found(anna, "article", typed) == [other.pk], typed
    for typed in ("moon", "'", "&", "зонд ракета", "9" * 30, "!(", "\\"):
        assert found(anna, "article", typed) == [], typed


def test_mentions_pictures_and_items_are_found(anna):
    article = make_article()
    named, picture = mention(article, "esa", "found"), make_image(alt_ru="Синяя планета")
    item = make_item("Agency launches a probe")
    assert found(anna, "mention", "esa") == found(anna, "mention", str(article.pk)) == [named.pk]
    assert found(anna, "image", "планеты") == [picture.pk]
    assert found(anna, "incomingitem", "launch") == [item.pk]


def test_pages_lead_on_without_a_count(anna, monkeypatch):
    monkeypatch.setattr("news.admin.long_list.LongList.list_per_page", 2)
    for _number in range(5):
        make_article()
    first = anna.get("/admin/news/article/").content.decode()
    assert 'rel="next" href="?p=2"' in first
    assert 'rel="prev"' not in first
    last = anna.get("/admin/news/article/?p=3").content.decode()
    assert 'rel="prev" href="?p=2"' in last
    assert 'rel="next"' not in last
    for beyond in ("4", "0", "-1", "9" * 40, "x"):
        assert anna.get(f"/admin/news/article/?p={beyond}", follow=True).status_code == 200


def test_choosing_a_picture_counts_nothing(anna):
    make_image(alt_en="Blue planet")
    query = "?app_label=news&model_name=article&field_name=image&term=plan"
    with CaptureQueriesContext(connection) as queries:
        answer = anna.get(f"/admin/autocomplete/{query}").json()
    assert [row["text"] for row in answer["results"]] == ["Blue planet"]
    assert not [query for query in queries if "COUNT" in query["sql"]]
