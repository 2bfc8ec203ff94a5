"""manage.py import_articles: everything goes in once, and what can't is named."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from news.models import Article, ArticleText

pytestmark = pytest.mark.django_db


def line(**fields: Any) -> dict[str, Any]:
    defaults = {
        "id": "a-1",
        "lang": "en",
        "title": "A probe lands",
        "lead": "It did.",
        "body_html": "<p>On the <em>far</em> side.</p>",
        "published": "2024-05-01T10:00:00+03:00",
        "source_name": "Agency",
        "source_url": "https://example.org/1",
        "licence": "CC BY 4.0",
        "attribution": "The agency",
        "category": "space",
        "pair_id": None,
    }
    return defaults | fields


def import_(tmp_path: Path, *lines: dict[str, Any] | str) -> tuple[str, str]:
    file = tmp_path / "articles.jsonl"
    file.write_text(
        "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines) + "\n"
    )
    out, err = StringIO(), StringIO()
    try:
        call_command("import_articles", file, stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def test_an_imported_article_is_on_its_page(client, tmp_path):
    import_(tmp_path, line())
    article = Article.objects.in_language("en").get()
    page = client.get(f"/en/articles/{article.pk}-a-probe-lands/").content.decode()
    assert "A probe lands" in page
    assert "<p>On the <em>far</em> side.</p>" in page
    assert "The agency" in page


def test_a_pair_becomes_one_article_in_two_languages(tmp_path):
    import_(
        tmp_path,
        line(pair_id="p"),
        line(id="a-2", lang="ru", title="Зонд сел", pair_id="p"),
    )
    article = Article.objects.get()
    assert article.original_language == "en"
    russian = article.texts.get(language="ru")
    assert (russian.origin, russian.slug) == ("human", "zond-sel")
    assert not russian.is_stale(article.original())


def test_running_it_again_changes_nothing(tmp_path):
    lines = [line(pair_id="p"), line(id="a-2", lang="ru", pair_id="p"), line(id="a-3")]
    import_(tmp_path, *lines)
    before = list(ArticleText.objects.order_by("pk").values())
    out, _ = import_(tmp_path, *lines)
    assert "0 articles and 0 translations added, 3 lines were there already" in out
    assert list(ArticleText.objects.order_by("pk").values()) == before


def test_what_an_editor_changed_stays(tmp_path):
    import_(tmp_path, line())
    ArticleText.objects.update(title="Better")
    import_(tmp_path, line())
    assert ArticleText.objects.get().title == "Better"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("{not json", "not JSON"),
        ("[1]", "not a JSON object"),
        (line(title=""), "title: This field is required."),
        (line(lang="de"), "lang: "),
        (line(published="yesterday"), "published: not a time"),
        (line(published="2024-05-01T10:00:00"), "published: not a time"),
        (line(published="9999-05-01T10:00:00Z"), "published: lies in the future"),
        (line(attribution=""), "attribution: "),
        (line(category="no such slug"), "category: "),
        (line(body_html="<script>x</script>"), "body_html: nothing is left"),
        (line(title="x" * 251), "title: "),
        (line(title=["a"]), "title: "),
        (line(title="a\0b"), "title: "),
        ("[" * 5000, "line 2: "),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_in(tmp_path, broken, reason):
    _, err = import_(tmp_path, line(), broken, line(id="a-3"))
    assert "line 2: " in err
    assert reason in err
    assert Article.objects.count() == ArticleText.objects.count() == 2


def test_stored_xss_by_import(tmp_path):
    import_(tmp_path, line(body_html='<p onclick="x()">A<script>alert(1)</script></p>'))
    assert ArticleText.objects.get().body == "<p>A</p>"


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_articles", tmp_path / "none.jsonl")
