"""What editors type is kept beside the article until they save it or throw it away."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from news import working_copies
from news.models import Article, WorkingCopy
from portal.models import User
from tests.factories import add_text, make_article
from tests.news.desk import TITLE, desk_of, save
from tests.portal.test_admin import form_of

pytestmark = pytest.mark.django_db


def typed(article, **changes):
    given = {"texts-0-is_checked": "on", "texts-0-slug": "probe-lands", "form_key": uuid4()}
    return form_of(article, **given | changes)


def new(article, **changes):
    """What a browser sends for another article like this one, which doesn't exist yet."""
    data = typed(
        article, **{"texts-INITIAL_FORMS": 0, "texts-0-id": "", "texts-0-article": ""} | changes
    )
    return {name: value for name, value in data.items() if name != "version"}


def keep(client, data, article=None):
    return client.post(f"/admin/news/article/{article.pk if article else 'add'}/copy/", data)


def opened(client, article, query=""):
    return client.get(f"/admin/news/article/{article.pk}/change/{query}").content.decode()


def test_what_is_typed_is_kept_and_touches_no_article(anna, article):
    answer = keep(anna, typed(article, **{TITLE: "Half a he"}), article)
    assert "not yet saved" in answer.content.decode()
    assert Article.objects.get().version == 1
    assert article.texts.get().title == "Probe lands"
    assert not article.revisions.exists()


def test_coming_back_one_is_offered_it_and_takes_it_up_as_it_was(anna, article):
    keep(anna, typed(article, **{TITLE: "Half a he", "texts-0-lead": ""}), article)
    assert "You have unsaved changes" in opened(anna, article)
    copy = WorkingCopy.objects.get()
    page = opened(anna, article, f"?copy={copy.pk}")
    assert 'value="Half a he"' in page
    assert str(copy.form_key) in page
    assert "You have unsaved changes" not in page
    assert article.texts.get().title == "Probe lands"


def test_saving_settles_it_and_what_the_browser_sends_late_brings_it_not_back(anna, article):
    data = typed(article, **{TITLE: "Whole"})
    keep(anna, data, article)
    save(anna, article, data)
    keep(anna, data, article)
    assert "You have unsaved changes" not in opened(anna, article)
    again = typed(article, **{TITLE: "Another"})
    keep(anna, again, article)
    assert "You have unsaved changes" in opened(anna, article)


def test_it_can_be_thrown_away_and_goes_by_itself_once_the_form_is_as_it_was(anna, article):
    data = typed(article, **{TITLE: "Half"})
    keep(anna, data, article)
    address = f"/admin/news/article/{article.pk}/copy/discard/"
    page = anna.post(address, {"form_key": data["form_key"]}, follow=True).content.decode()
    assert "Thrown away" in page
    keep(anna, data, article)
    keep(anna, data | {TITLE: "Probe lands"}, article)
    assert not WorkingCopy.objects.exists()


def test_another_tab_does_not_write_over_it_but_says_that_it_is_there(anna, article):
    keep(anna, typed(article, **{TITLE: "In one tab"}), article)
    answer = keep(anna, typed(article, **{TITLE: "In another"}), article).content.decode()
    assert "not kept while other unsaved changes wait" in answer
    assert WorkingCopy.objects.get().title == "In one tab"


def test_one_of_an_older_version_shows_both_texts_when_it_is_taken_up(anna, article):
    keep(anna, typed(article, **{TITLE: "Anna's"}), article)
    save(desk_of("boris"), article, typed(article, **{TITLE: "Boris's"}))
    copy = WorkingCopy.objects.get(is_saved=False)
    page = opened(anna, article, f"?copy={copy.pk}")
    assert ">Boris&#x27;s<" in page
    assert ">Anna&#x27;s<" in page


def test_copies_are_their_editors_own(anna, article):
    keep(anna, typed(article, **{TITLE: "Anna's secret"}), article)
    boris, copy = desk_of("boris"), WorkingCopy.objects.get()
    assert "Anna&#x27;s secret" not in opened(boris, article, f"?copy={copy.pk}")
    address = f"/admin/news/article/{article.pk}/copy/discard/"
    boris.post(address, {"form_key": str(copy.form_key)})
    assert WorkingCopy.objects.exists()


def owned(client, article, **changes):
    """What a browser without scripts sends, long after the form was shown."""
    mark = re.search('name="_owner" value="([^"]+)"', opened(client, article))[1]
    return typed(article, _owner=mark, **changes)


def test_a_save_after_the_session_has_ended_waits_for_its_editor(anna, client, article):
    data = owned(anna, article, **{TITLE: "Late"})
    answer = save(client, article, data, _publish="1")
    assert "What you typed is kept" in answer.content.decode()
    assert "/accounts/login/" in answer.redirect_chain[-1][0]
    assert (Article.objects.get().state, article.texts.get().title) == ("draft", "Probe lands")
    assert "You have unsaved changes" in opened(anna, article)
    page = opened(anna, article, f"?copy={WorkingCopy.objects.get().pk}")
    assert 'value="Late"' in page


def test_so_does_a_new_article(anna, client, article):
    mark = owned(anna, article)["_owner"]
    client.post("/admin/news/article/add/", new(article, _owner=mark, **{TITLE: "Newest"}))
    assert "“Newest”" in anna.get("/admin/news/article/add/").content.decode()


@pytest.mark.parametrize("mark", ["", "x", "1.2.3", "0" * 5000])
def test_what_belongs_to_nobody_is_not_kept_but_shown_again(client, article, mark):
    answer = save(client, article, typed(article, _owner=mark, **{TITLE: "Stranger's"}))
    assert answer.status_code == 403
    assert "Stranger&#x27;s" in answer.content.decode()
    assert not WorkingCopy.objects.exists()


def test_who_has_left_the_staff_gets_nothing_kept(anna, client, article):
    data = owned(anna, article, **{TITLE: "Late"})
    User.objects.update(is_staff=False)
    assert save(client, article, data).status_code == 403
    assert not WorkingCopy.objects.exists()


def test_what_other_unsaved_changes_stand_in_the_way_of_is_shown_again(anna, client, article):
    data = owned(anna, article, **{TITLE: "Late"})
    keep(anna, typed(article, **{TITLE: "Earlier"}), article)
    answer = save(client, article, data)
    assert answer.status_code == 403
    assert "Late" in answer.content.decode()
    assert WorkingCopy.objects.get().title == "Earlier"


def test_a_script_whose_session_has_ended_is_told_so(client, article):
    assert keep(client, typed(article), article).status_code == 401
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "0" * 5000])
def test_a_form_that_does_not_say_which_it_is_is_refused(anna, article, key):
    assert keep(anna, typed(article, form_key=key), article).status_code == 400


def test_an_article_that_is_not_there_yet_has_one_for_each_form(anna, article):
    first, second = (new(article, **{TITLE: title}) for title in ("First", "Second"))
    keep(anna, first)
    keep(anna, second)
    page = anna.get("/admin/news/article/add/").content.decode()
    assert "“First”" in page
    assert "“Second”" in page
    copy = WorkingCopy.objects.get(form_key=first["form_key"])
    page = anna.get(f"/admin/news/article/add/?copy={copy.pk}").content.decode()
    assert 'value="First"' in page
    assert Article.objects.count() == 1


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish"])
def test_a_form_sent_twice_makes_one_article(anna, article, button):
    data = new(article, **{TITLE: "Once", button: "1"})
    keep(anna, data)
    for _ in range(2):
        anna.post("/admin/news/article/add/", data, follow=True)
    assert Article.objects.exclude(pk=article.pk).count() == 1
    assert not WorkingCopy.objects.unsaved().exists()


def test_a_form_sent_again_with_other_words_shows_both(anna, article):
    data = new(article, **{TITLE: "First"})
    anna.post("/admin/news/article/add/", data)
    again = anna.post("/admin/news/article/add/", data | {TITLE: "Second"})
    assert again.status_code == 409
    assert ">Second<" in again.content.decode()
    assert Article.objects.count() == 2


def test_what_is_missing_is_said_of_what_stands_in_the_form(anna, article):
    data = typed(article, **{"texts-0-lead": "", "licence": ""})
    answer = keep(anna, data, article).content.decode()
    assert "<li>a lead</li><li>the licence or basis to publish</li>" in answer
    empty = {"texts-0-title": "", "texts-0-body": "<script>x</script>"}
    assert "<li>a body</li>" in keep(anna, new(article, **empty)).content.decode()
    assert "Publishing still needs" not in keep(anna, typed(article), article).content.decode()


def test_others_with_the_article_open_are_named_and_so_are_their_unsaved_changes(anna, article):
    boris, clara = desk_of("boris"), desk_of("clara")
    opened(boris, article)
    keep(clara, typed(article, **{TITLE: "Clara's"}), article)
    page = opened(anna, article)
    assert "boris has this article open, too" in page
    assert "clara has changes that are not saved" in page
    assert "anna has" not in page
    keep(boris, typed(article, _leave="1"), article)
    assert "boris" not in keep(anna, typed(article), article).content.decode()


def test_without_redis_the_form_opens_and_copies_are_kept(anna, article, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    opened(anna, article)
    keep(anna, typed(article, **{TITLE: "Half"}), article)
    assert WorkingCopy.objects.exists()


def test_old_ones_expire(anna, article):
    data = typed(article, **{TITLE: "Half"})
    keep(anna, data, article)
    now = timezone.now()
    assert working_copies.forget_old(now + timedelta(days=29)) == 0
    assert working_copies.forget_old(now + timedelta(days=31)) == 1
    assert working_copies.forget_old(now + timedelta(days=31)) == 0


def test_keeping_costs_the_same_whatever_there_is(anna, article, django_assert_max_num_queries):
    add_text(article, "ru", "Зонд сел")
    other = make_article("Other", state="draft")
    with django_assert_max_num_queries(30):
        keep(anna, typed(other, **{TITLE: "Half"}), other)
