"""Every save and transition leaves a revision; editors read what changed and go back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from news.models import Article
from news.publishing import publish_due
from news.word_difference import ADDED, REMOVED, SAME, word_difference
from tests.factories import add_text, make_article, make_source
from tests.news.desk import TITLE, save
from tests.portal.test_admin import form_of

pytestmark = pytest.mark.django_db


def typed(article, **changes):
    """The form as a browser would send it, with what a test types."""
    return form_of(article, **{"texts-0-is_checked": "on", "texts-0-slug": "probe"} | changes)


def history(client, article, query=""):
    return client.get(f"/admin/news/article/{article.pk}/history/{query}")


def restore(client, article, revision, version=None):
    article.refresh_from_db(fields=["version"])
    address = f"/admin/news/article/{article.pk}/history/{revision.pk}/restore/"
    return client.post(address, {"version": version or article.version}, follow=True)


def words(client, article, query=""):
    page = client.get(f"/admin/news/article/{article.pk}/history/difference/{query}").content
    return re.sub(r'<span class="visually-hidden">[^<]*</span>', "", page.decode())


def test_a_save_leaves_what_was_and_what_is_and_who_made_it(anna, article):
    save(anna, article, typed(article, **{TITLE: "Probe landed"}))
    newest, first = article.revisions.order_by("-pk")
    assert [str(newest.saved_by), first.saved_by] == ["anna", None]
    titles = [row.content["texts"]["en"]["title"] for row in (first, newest)]
    assert titles == ["Probe lands", "Probe landed"]
    assert "anna" in history(anna, article).content.decode()


def test_a_save_that_changes_nothing_leaves_nothing(anna, article):
    save(anna, article, typed(article))
    kept = article.revisions.count()
    save(anna, article, typed(article))
    assert article.revisions.count() == kept


def test_a_transition_is_kept_with_its_maker_and_without_a_second_copy_of_the_words(anna, article):
    save(anna, article, typed(article, _publish="1"))
    newest = article.revisions.order_by("-pk").first()
    assert (newest.state, str(newest.saved_by), newest.content) == ("published", "anna", None)
    assert article.revisions.content_at(newest.pk)["texts"]["en"]["title"] == "Probe lands"


def test_what_the_hour_publishes_is_in_the_history_too(anna):
    article = make_article(state="scheduled", published_at=timezone.now())
    publish_due(timezone.now() + timedelta(minutes=1))
    assert article.revisions.get().state == "published"
    assert "a schedule or an import" in history(anna, article).content.decode()


def test_words_are_compared_and_not_whole_texts(anna, article):
    body = {"texts-0-body": "<p>One old <em>word</em>.</p>"}
    save(anna, article, typed(article, **body))
    body = {"texts-0-body": "<p>One new <strong>word</strong>.</p>"}
    save(anna, article, typed(article, **body))
    page = words(anna, article)
    assert "<span>One </span><del>old &lt;em&gt;</del><ins>new &lt;strong&gt;</ins>" in page


def test_restoring_brings_back_words_and_rights_and_can_be_undone(anna, article):
    before = article.source
    save(anna, article, typed(article, source=make_source("other").pk, **{TITLE: "Wrong"}))
    newest, first = article.revisions.order_by("-pk")
    assert "Restored." in restore(anna, article, first).content.decode()
    article.refresh_from_db()
    assert (article.texts.get().title, article.source) == ("Probe lands", before)
    assert article.revisions.order_by("-pk").first().restored_from == first.saved_at
    restore(anna, article, newest)
    assert article.texts.get().title == "Wrong"
    assert article.revisions.count() == 4


def test_a_text_that_came_later_stays_when_an_older_revision_is_restored(anna, article):
    save(anna, article, typed(article, **{TITLE: "Second"}))
    add_text(article, "ru", "Зонд сел")
    restore(anna, article, article.revisions.order_by("pk").first())
    assert sorted(article.texts.values_list("title", flat=True)) == ["Probe lands", "Зонд сел"]


def test_what_changed_meanwhile_is_not_written_over_by_restoring(anna, article):
    save(anna, article, typed(article, **{TITLE: "Second"}))
    first = article.revisions.order_by("pk").first()
    page = restore(anna, article, first, version=1).content.decode()
    assert "the article has changed since you opened this page" in page
    assert article.texts.get().title == "Second"


def test_what_is_out_can_not_be_restored_to_less_than_it_was_let_out_with(anna):
    article = make_article("Probe lands", state="draft", licence="")
    save(anna, article, typed(article, licence="CC0", _publish="1"))
    page = restore(anna, article, article.revisions.order_by("pk").first()).content.decode()
    assert "the licence or basis to publish" in page
    assert Article.objects.get().licence == "CC0"


def test_restoring_takes_a_post_the_right_and_a_revision_of_this_article(anna, article, client):
    save(anna, article, typed(article, **{TITLE: "Second"}))
    other = make_article("Other")
    revision = article.revisions.order_by("pk").first()
    assert (
        anna.get(f"/admin/news/article/{article.pk}/history/{revision.pk}/restore/").status_code
        == 405
    )
    assert restore(anna, other, revision).status_code == 404
    assert "/login/" in restore(client, article, revision).redirect_chain[-1][0]
    assert article.texts.get().title == "Second"


def test_the_history_takes_as_many_queries_for_thirty_revisions_as_for_ten(
    anna, article, django_assert_max_num_queries
):
    def fill(number):
        for _ in range(number):
            article.revisions.create(article=article, state="draft", content={})

    fill(10)
    history(anna, article)
    with django_assert_max_num_queries(9) as few:
        history(anna, article)
    fill(30)
    with django_assert_max_num_queries(len(few)):
        page = history(anna, article).content.decode()
    assert page.count('name="old"') == 30
    assert "?after=" in page


WORDS = st.lists(st.sampled_from(["Зонд", "сел", " ", "\n", "<p>", "</p>", "из-за", "1,5", "&"]))


@given(WORDS, WORDS)
def test_the_pieces_put_together_are_both_texts(old, new):
    before, after = "".join(old), "".join(new)
    pieces = word_difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind in (SAME, REMOVED)) == before
    assert "".join(piece.text for piece in pieces if piece.kind in (SAME, ADDED)) == after
