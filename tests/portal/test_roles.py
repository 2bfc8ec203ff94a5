"""What each role may do at the desk, tried for real. What it may see stands in test_permissions."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from comments import posting
from comments.models import Comment
from news.models import Article, IncomingFeed, IncomingItem, Mention
from portal.models import User
from subscriptions.models import Edition, EditorsNote
from tests.factories import make_article, make_feed, make_item, make_rubric, make_user, mention
from tests.news.desk import translation_of
from tests.portal.addresses import undone
from tests.portal.test_admin import form_of
from tests.subscriptions.rows import SLOT, YESTERDAY

pytestmark = pytest.mark.django_db

ROLES = ["author", "translator", "editor", "moderator", "administrator"]
# What is tried | who may.
ACTS = """
write a draft                        | author editor administrator
change an own draft                  | author editor administrator
change what one has submitted        | author editor administrator
change an own published article      | editor administrator
change somebody else's draft         | editor administrator
submit an own draft                  | author editor administrator
bin somebody else's draft            | editor administrator
publish an own draft                 | editor administrator
schedule an own draft                | editor administrator
retract an own article               | editor administrator
pin an own article                   | editor administrator
set rights of many                   | editor administrator
preview somebody else's draft        | editor administrator
translate somebody else's draft      | translator editor administrator
reword the source as a translator    |
check a translation                  | editor administrator
accept a mention                     | editor administrator
take an incoming item                | author editor administrator
switch a feed off                    | editor administrator
write a note for the digest          | editor administrator
pause an edition                     | editor administrator
hide a comment                       | moderator administrator
make an editor of a reader           | administrator
make a superuser of oneself          |
change the address of a superuser    |
"""
ALLOWED = {
    act.strip(): set(who.split())
    for act, _bar, who in (line.partition("|") for line in ACTS.strip().splitlines())
}


def save(client, article, **fields):
    return client.post(f"/admin/news/article/{article.pk}/change/", form_of(article, **fields))


def state_after(client, article, **fields):
    save(client, article, **fields)
    return Article.objects.get(pk=article.pk).state


def title_after(client, article):
    save(client, article, **{"texts-0-title": "Typed"})
    return article.texts.get().title


def own(user, state="draft"):
    return make_article("Before", state=state, author=user)


def write(client, user):
    data = form_of(make_article()) | {"texts-INITIAL_FORMS": 0, "texts-0-id": "", "version": ""}
    client.post("/admin/news/article/add/", data | {"texts-0-article": ""})
    return Article.objects.filter(author=user.pk).exists()


def translate(client, user):
    article = own(make_user())
    path = f"/admin/news/article/{article.pk}/change/"
    client.post(path, translation_of(article, title="Печатано"))
    return article.texts.filter(language="ru", title="Печатано").exists()


def reword(client, user):
    article = own(make_user())
    source = article.texts.get()
    data = translation_of(article, title="Typed", language="en", id=source.pk)
    path = f"/admin/news/article/{article.pk}/change/"
    client.post(path, data | {"texts-INITIAL_FORMS": 1, "rubric": make_rubric("other").pk})
    article.refresh_from_db()
    return article.texts.get().title == "Typed" or article.rubric.slug == "other"


def check(client, user):
    article = make_article(languages=("en", "ru"))
    article.texts.filter(language="ru").update(is_checked=False)
    path = f"/admin/news/article/{article.pk}/change/"
    client.post(path, translation_of(article) | {"_check": "1"})
    return article.texts.get(language="ru").is_checked


def pin(client, user):
    article = own(user, "published")
    client.post("/admin/news/article/front-page/", {"article": article.pk})
    return Article.objects.get(pk=article.pk).is_pinned


def set_rights(client, user):
    article = own(make_user())
    sent = {"of": article.pk, "rights_holder": "Typed", "_do": "1"}
    client.post("/admin/news/article/bulk/rights/", sent)
    return Article.objects.get(pk=article.pk).rights_holder == "Typed"


def accept(client, user):
    row = mention(make_article(), state=Mention.State.FOUND)
    client.post("/admin/news/mention/", {"action": "accept", "_selected_action": [row.pk]})
    return Mention.objects.get().state == "accepted"


def take(client, user):
    client.post("/admin/news/incomingitem/", {"_take": make_item().pk})
    return IncomingItem.objects.get().state == "taken"


def switch_off(client, user):
    client.post("/admin/news/incomingfeed/", {"_switch_off": make_feed().pk})
    return not IncomingFeed.objects.get().is_on


def note(client, user):
    data = {"day": "2099-01-01", "language": "en", "text": "Hello."}
    client.post("/admin/subscriptions/editorsnote/add/", data)
    return EditorsNote.objects.exists()


def pause(client, user):
    span = {"since": YESTERDAY, "cut_at": SLOT, "message": b"-"}
    edition = Edition.objects.create(language="en", state="sending", **span)
    client.post(f"/admin/subscriptions/edition/{edition.pk}/do/pause/")
    return Edition.objects.get().state == "paused"


def hide(client, user):
    comment = posting.post(make_article(), make_user().pk, "Word.")
    client.post(
        "/en/moderation/decide/", {"comment": comment.pk, "action": "hide", "reason": "abuse"}
    )
    return Comment.objects.get().status == "hidden"


def account_form(user, **fields):
    joined = timezone.localtime(user.date_joined)
    return {
        "username": user.username,
        "email": user.email,
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": f"{joined:%Y-%m-%d}",
        "date_joined_1": f"{joined:%H:%M:%S}",
        "language": user.language,
        "time_zone": user.time_zone,
        "groups": list(user.groups.values_list("pk", flat=True)),
    } | fields


def promote(client, user):
    reader, role = make_user(), Group.objects.get(name="editor")
    path = f"/admin/portal/user/{reader.pk}/change/"
    client.post(path, account_form(reader, groups=[role.pk]))
    return reader.groups.filter(name="editor").exists()


def crown(client, user):
    path = f"/admin/portal/user/{user.pk}/change/"
    client.post(path, account_form(user, is_superuser="on"))
    return User.objects.get(pk=user.pk).is_superuser


def readdress(client, user):
    chief = make_user(is_superuser=True)
    path = f"/admin/portal/user/{chief.pk}/change/"
    client.post(path, account_form(chief, email="stolen@example.org"))
    stolen = {"user": chief.pk, "email": "more@example.org", "verified": "on"}
    client.post("/admin/account/emailaddress/add/", stolen)
    return chief.emailaddress_set.exists() or User.objects.get(pk=chief.pk).email != chief.email


def preview(client, user):
    article = make_article(state="draft")
    client.post(f"/admin/news/article/{article.pk}/preview/make/", {"days": "7"})
    return article.preview_links.exists()


AHEAD = {"published_at_0": "2099-01-01", "published_at_1": "08:00"}
OUT = {"published_at_0": "2026-01-01", "published_at_1": "08:00"}
WHY = {"retraction_en": "Wrong.", "retraction_ru": "Неверно."}
TRIED = {
    "write a draft": write,
    "change an own draft": lambda c, u: title_after(c, own(u)) == "Typed",
    "change what one has submitted": lambda c, u: title_after(c, own(u, "in_review")) == "Typed",
    "change an own published article": lambda c, u: (
        save(c, article := own(u, "published"), **OUT, **{"texts-0-title": "Typed"})
        and article.texts.get().title == "Typed"
    ),
    "change somebody else's draft": lambda c, u: title_after(c, own(make_user())) == "Typed",
    "submit an own draft": lambda c, u: state_after(c, own(u), _submit="1") == "in_review",
    "bin somebody else's draft": lambda c, u: (
        state_after(c, own(make_user()), _bin="1") == "binned"
    ),
    "publish an own draft": lambda c, u: state_after(c, own(u), _publish="1") == "published",
    "schedule an own draft": lambda c, u: (
        state_after(c, own(u), _schedule="1", **AHEAD) == "scheduled"
    ),
    "retract an own article": lambda c, u: (
        state_after(c, own(u, "published"), _retract="1", **OUT, **WHY) == "retracted"
    ),
    "pin an own article": pin,
    "set rights of many": set_rights,
    "preview somebody else's draft": preview,
    "translate somebody else's draft": translate,
    "reword the source as a translator": reword,
    "check a translation": check,
    "accept a mention": accept,
    "take an incoming item": take,
    "switch a feed off": switch_off,
    "write a note for the digest": note,
    "pause an edition": pause,
    "hide a comment": hide,
    "make an editor of a reader": promote,
    "make a superuser of oneself": crown,
    "change the address of a superuser": readdress,
}


@pytest.mark.parametrize("act", ALLOWED)
def test_each_role_does_what_the_table_says_and_nothing_else(act):
    did = set()
    for role in ROLES:
        with undone():
            user, client = make_user(is_staff=True), Client()
            user.groups.add(Group.objects.get(name=role))
            client.force_login(user)
            if TRIED[act](client, user):
                did.add(role)
    assert did == ALLOWED[act]


def test_an_act_of_the_table_is_tried():
    assert TRIED.keys() == ALLOWED.keys()
