"""The desk answers to staff in their roles, and to nobody else."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from comments import posting
from tests.factories import make_article, make_image, make_user, mention

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def staff(role: str):
    user = make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def article():
    article = make_article(image=make_image())
    mention(article)
    posting.post(article, make_user("vera").pk, "I was there.")
    return article


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_and_form_answers_to_an_administrator(client, article, model):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist") + "?q=probe").status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code in (200, 403)
    row = model._default_manager.first()
    if row is not None:
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_the_desk_is_closed_to_readers_and_visitors(client):
    assert "/accounts/login/" in client.get("/admin/", follow=True).redirect_chain[-1][0]
    client.force_login(make_user())
    assert client.get("/admin/", follow=True).status_code == 403


def test_an_author_writes_but_does_not_publish(client, article):
    client.force_login(staff("author"))
    page = client.get(f"/admin/news/article/{article.pk}/change/").content.decode()
    assert 'name="_publish"' not in page
    assert 'name="_retract"' not in page


def test_a_moderator_sees_comments_and_no_articles(client, article):
    client.force_login(staff("moderator"))
    assert client.get("/admin/comments/comment/").status_code == 200
    assert client.get("/admin/news/article/").status_code == 403


def form_of(article, **fields):
    """What a browser would send back from the form of `article`."""
    text = article.texts.get()
    article.refresh_from_db(fields=["version"])
    data = {
        "version": article.version,
        "rubric": article.rubric_id,
        "source": article.source_id,
        "rights_holder": article.rights_holder,
        "licence": article.licence,
        "original_language": "en",
        "texts-TOTAL_FORMS": 1,
        "texts-INITIAL_FORMS": 1,
        "texts-0-id": text.pk,
        "texts-0-article": article.pk,
        "texts-0-language": "en",
        "texts-0-title": text.title,
        "texts-0-lead": text.lead,
        "texts-0-body": text.body,
        "texts-0-origin": "original",
        **{
            f"{name}-{part}_FORMS": 0
            for name in ("mentions", "corrections")
            for part in ("TOTAL", "INITIAL")
        },
    }
    return data | fields


def test_an_editor_schedules_for_a_time_ahead(client):
    article = make_article(state="draft")
    client.force_login(staff("editor"))
    data = form_of(article, published_at_0="2099-01-01", published_at_1="08:00", _schedule="1")
    response = client.post(f"/admin/news/article/{article.pk}/change/", data, follow=True)
    assert "The article is now: Scheduled" in response.content.decode()
    article.refresh_from_db()
    assert article.state == "scheduled"


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client):
    article = make_article(state="draft", licence="")
    client.force_login(staff("editor"))
    data = form_of(article, **{"texts-0-title": "A better headline", "_publish": "1"})
    response = client.post(f"/admin/news/article/{article.pk}/change/", data, follow=True)
    page = response.content.decode()
    assert "Publishing still needs: the licence or basis to publish" in page
    assert "A better headline" in page
    article.refresh_from_db()
    assert article.state == "draft"


@pytest.mark.parametrize("field", ["rights_holder", "licence", "source"])
def test_what_is_out_keeps_its_rights(client, field):
    article = make_article()
    client.force_login(staff("editor"))
    data = form_of(article, published_at_0="2026-01-01", published_at_1="08:00", **{field: ""})
    response = client.post(f"/admin/news/article/{article.pk}/change/", data)
    assert "A published article can’t go without this." in response.content.decode()


@pytest.mark.parametrize("change", [{"texts-0-DELETE": "on"}, {"original_language": "ru"}])
def test_what_is_out_keeps_its_original(client, change):
    article = make_article("Probe lands")
    client.force_login(staff("editor"))
    data = form_of(article, published_at_0="2026-01-01", published_at_1="08:00", **change)
    response = client.post(f"/admin/news/article/{article.pk}/change/", data)
    assert "without its text in the original language" in response.content.decode()
    assert "Probe lands" in client.get("/en/").content.decode()


def test_a_response_without_its_kind_is_refused_in_words(client):
    article, answered = make_article(state="draft"), make_article()
    client.force_login(staff("editor"))
    data = form_of(article, response_to=answered.pk, response_kind="")
    response = client.post(f"/admin/news/article/{article.pk}/change/", data)
    assert "A response has both" in response.content.decode()


@pytest.mark.parametrize("moment", ["9999-12-31", "0000-00-00", "yesterday"])
def test_absurd_dates_are_refused_or_kept_without_an_error(client, moment):
    article = make_article(state="draft")
    client.force_login(staff("editor"))
    data = form_of(article, published_at_0=moment, published_at_1="23:59", _schedule="1")
    response = client.post(f"/admin/news/article/{article.pk}/change/", data, follow=True)
    assert response.status_code == 200
    assert client.get("/en/").status_code == 200


@pytest.mark.parametrize("absurd", ["+", "x", "9223372036854775808", "9" * 5000])
@pytest.mark.parametrize(
    "form", ["mention/add/?entity", "mention/add/?article", "article/add/?source"]
)
def test_a_link_to_an_empty_form_may_say_nonsense(client, form, absurd):
    client.force_login(staff("editor"))
    assert client.get(f"/admin/news/{form}={absurd}").status_code == 200


def test_stored_xss_by_the_admin(client):
    article = make_article(state="draft")
    client.force_login(staff("editor"))
    body = '<p onclick="x()">Text</p><script>alert(1)</script><a href="javascript:x()">a</a>'
    data = form_of(article, **{"texts-0-body": body, "_continue": "1"})
    client.post(f"/admin/news/article/{article.pk}/change/", data)
    saved = article.texts.get().body
    for evil in ("script", "onclick", "javascript"):
        assert evil not in saved
