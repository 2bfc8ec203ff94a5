"""Who may what: every address of the portal and what it answers to whom.

A new page needs a line in PAGES, a new model in the admin one in DESK. The test that misses it
prints the line as the code answers now: copy it, and change what should be otherwise.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from copy import copy

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import models
from django.template import Template
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeString

from portal.models import User
from tests.factories import make_user
from tests.portal.addresses import make_world, path_to, patterns, undone
from tests.portal.elsewhere import switch_on
from tests.portal.people import remember_people

pytestmark = pytest.mark.django_db

# "owner" is the reader whom the address is about: who wrote the comment, whose profile it is.
READERS = ["visitor", "reader", "owner"]
STAFF = ["author", "translator", "editor", "moderator", "administrator"]
ROLES = READERS + STAFF
GROUPS = {
    "STAFF": STAFF,
    "MODS": ["moderator", "administrator"],
    "EDS": ["editor", "administrator"],
}

# page | what GET answers | what POST answers
#
# The first word is for everybody, exceptions follow: `200 visitor=login reader,owner=403`.
# STAFF stands for all roles that have a desk, MODS for those that moderate, EDS for those that send
# the digest, "login" for a redirect to the page where one logs in.
# POST sends what SENT says, else nothing; "same" is the same answer as to GET.
PAGES = """
# For machines
robots                                   | 200 | 405
favicon                                  | 301 | 405
asset                                    | 200 | 405
beacon                                   | 200 | 204
mail_events                              | 404 | same
sitemap                                  | 200 | 405
sitemap_lists                            | 200 | 405
sitemap_articles                         | 200 | 405
sitemap_digests                          | 200 | 405
sitemap_news                             | 200 | 405
news:feed                                | 200 | 405
news:rubric_feed                         | 200 | 405
news:source_feed                         | 200 | 405
news:entity_feed                         | 200 | 405
news:responses_feed                      | 200 | 405
news:responses_by_feed                   | 200 | 405

# News
news:front_page                          | 200 | 405
news:archive                             | 200 | 405
news:search                              | 200 | 405
news:article                             | 200 | 405
news:preview                             | 302 | 405
news:preview_own                         | 403 STAFF=302 moderator=403 | 405
news:vote                                | 405 visitor=login | 302 visitor=login
news:rubric                              | 200 | 405
news:source                              | 200 | 405
news:entity                              | 200 | 405
news:views_rule                          | 200 | 405
news:day                                 | 200 | 405
news:responses                           | 200 | 405
news:responses_by                        | 200 | 405
news:entity_names                        | 200 | 405
news:respond                             | 200 visitor=login | 422 visitor=403
news:my_responses                        | 200 visitor=login | 405 visitor=login
news:my_response                         | 404 visitor=login owner=200 | 404 visitor=403 owner=200

# Discussions
comments:discussion_list                 | 200 | 405
comments:latest                          | 200 | 405
comments:discussion                      | 200 | 405
comments:comment                         | 200 | 405
comments:read                            | 405 visitor=login | 204 visitor=login
comments:update                          | 302 | 405
comments:update_count                    | 400 | 405
comments:create                          | 200 | 302 visitor=403
comments:reply                           | 200 | 302 visitor=403
comments:edit                            | 403 visitor=login owner=200 | 403 visitor=login owner=302
comments:delete                          | 403 visitor=login owner=200 | 403 visitor=login owner=302
comments:restore                         | 403 visitor=login | same
comments:history                         | 200 | 405
comments:actions                         | 200 visitor=login | 405 visitor=login
comments:vote                            | 405 visitor=login | 302 visitor=login
comments:report                          | 200 visitor=login owner=403 | 200 visitor=login owner=403
comments:follow                          | 405 visitor=login | 302 visitor=login
comments:mute                            | 405 visitor=login | 302 visitor=login owner=400
comments:told                            | 200 visitor=login | 302 visitor=login
comments:followed                        | 200 visitor=login | 405 visitor=login
comments:by_mail                         | 200 visitor=login | 302 visitor=login
comments:drafts                          | 200 visitor=login | 405 visitor=login
comments:muted                           | 200 visitor=login | 405 visitor=login
comments:profile                         | 200 | 405

# The signed token in the address says who it is, and no log-in
comments:letters_stop                    | 200 | same
comments:letters_resume                  | 200 | same

# Moderation. The link of an appeal says who it is, as those of subscriptions do
comments:moderation_counts               | 200 | 405
comments:appeal                          | 200 | same
comments:queue                           | 403 visitor=login MODS=200 | 403 visitor=login MODS=405
comments:decide                          | 403 visitor=login MODS=405 | 403 visitor=login MODS=422
comments:case                            | 403 visitor=login MODS=200 | 403 visitor=login MODS=405
comments:moderated_reader                | 403 visitor=login MODS=200 | 403 visitor=login MODS=422
comments:discussion_state                | 403 visitor=login MODS=200 | 403 visitor=login MODS=422
comments:appeals                         | 403 visitor=login MODS=200 | 403 visitor=login MODS=405
comments:appeal_decide                   | 403 visitor=login MODS=405 | 403 visitor=login MODS=422
comments:log                             | 403 visitor=login MODS=200 | 403 visitor=login MODS=405
comments:undo                            | 403 visitor=login MODS=405 | 403 visitor=login MODS=302

# Subscriptions: the signed token in the address says who it is, and no log-in
subscriptions:subscribe                  | 200 | same
subscriptions:asked                      | 200 | 405
subscriptions:confirm                    | 200 | same
subscriptions:preferences                | 200 | same
subscriptions:pause                      | 302 | same
subscriptions:resume                     | 302 | same
subscriptions:address                    | 200 | same
subscriptions:erase                      | 200 | 302
subscriptions:export                     | 200 | same
subscriptions:confirm_address            | 200 | same
subscriptions:keep_address               | 200 | same
subscriptions:erased                     | 200 | 405
subscriptions:unsubscribe                | 200 | same
subscriptions:resubscribe                | 200 | same

# Past digests
digests:past                             | 200 | 405
digests:edition                          | 200 | 405
digests:feed                             | 200 | 405

# The reader's account. The digest of "owner" is there, of the others none
subscriptions:start                      | 200 visitor=login owner=302 | 200 visitor=login owner=302
subscriptions:my_preferences             | 302 visitor=login owner=200 | same
subscriptions:my_pause                   | 302 visitor=login | same
subscriptions:my_resume                  | 302 visitor=login | same
subscriptions:my_address                 | 302 visitor=login owner=200 | same
subscriptions:my_erase                   | 302 visitor=login owner=200 | 302 visitor=login
subscriptions:my_export                  | 302 visitor=login owner=200 | same
account_settings                         | 200 visitor=login | same
account_data                             | 200 visitor=login | 405 visitor=login
account_export                           | 302 visitor=login | 405 visitor=login
account_delete                           | 302 visitor=login | same
account_deleted                          | 200 | 405
account_login                            | 302 visitor=200 | same
account_logout                           | 200 visitor=302 | 302
account_inactive                         | 200 | 405
account_signup                           | 302 visitor=200 | same
account_reauthenticate                   | 200 visitor=login | same
account_email                            | 200 visitor=login | 302 visitor=login
account_email_verification_sent          | 200 | 405
account_confirm_email                    | 200 | 404
account_confirm_login_code               | 302 visitor=login | same
account_change_password                  | 200 visitor=login | same
account_set_password                     | 302 visitor=login | same
account_reset_password                   | 200 | same
account_reset_password_done              | 200 | 405
account_reset_password_from_key          | 200 | same
account_reset_password_from_key_done     | 200 | 405
account_request_login_code               | 302 visitor=200 | same
mfa_login_webauthn                       | 302 visitor=login | same
mfa_authenticate                         | 302 visitor=login | same
mfa_reauthenticate                       | 302 visitor=login | same
mfa_reauthenticate_webauthn              | 302 visitor=login | same
mfa_index                                | 200 visitor=login | 405 visitor=login
mfa_activate_totp                        | 302 visitor=login | same
mfa_deactivate_totp                      | 404 visitor=login | same
mfa_list_webauthn                        | 200 visitor=login | 405 visitor=login
mfa_add_webauthn                         | 302 visitor=login | same
mfa_edit_webauthn                        | 302 visitor=login | same
mfa_remove_webauthn                      | 302 visitor=login | same
mfa_view_recovery_codes                  | 404 visitor=login | 405 visitor=login
mfa_download_recovery_codes              | 404 visitor=login | same
mfa_generate_recovery_codes              | 302 visitor=login | same
usersessions_list                        | 200 visitor=login | 302 visitor=login
# Only where other sites may log people in; else 404, says test_social.py
socialaccount_connections                | 200 visitor=login | same
socialaccount_login_cancelled            | 200 | 405
socialaccount_signup                     | login | same
social_login                             | 405 | 200
github_callback                          | 401 | 405
openid_connect_callback                  | 401 | 405

# The desk; its models follow in DESK
admin:index                              | login STAFF=200 | same
admin:login                              | 403 visitor=login STAFF=302 | 403 visitor=login STAFF=200
admin:logout                             | 302 STAFF=405 | 302 STAFF=200
admin:password_change                    | login STAFF=302 | same
admin:password_change_done               | login STAFF=200 | login STAFF=405
admin:autocomplete                       | login STAFF=403 | login STAFF=405
admin:jsi18n                             | login STAFF=200 | login STAFF=405
admin:view_on_site                       | login STAFF=404 | same
admin:app_list                           | login STAFF=200 moderator=404 | same
admin:(?P<url>.*)$                       | login STAFF=404 | same
admin:subscriptions_edition_progress     | login STAFF=403 EDS=200 | same
admin:subscriptions_edition_act          | login STAFF=403 EDS=200 | login STAFF=403 EDS=302
admin:subscriptions_edition_preview      | login STAFF=403 EDS=200 | login STAFF=403 EDS=302
admin:subscriptions_edition_preview_letter | login STAFF=403 EDS=200 | same
admin:subscriptions_subscription_export  | login STAFF=403 administrator=200 | same
admin:subscriptions_subscriberimport_progress | login STAFF=403 administrator=200 | same
admin:subscriptions_subscriberimport_refused | login STAFF=403 administrator=200 | same
admin:subscriptions_edition_days         | login STAFF=403 EDS=200 | same
admin:subscriptions_edition_sender       | login STAFF=403 EDS=200 | login STAFF=403 EDS=302
admin:news_article_difference            | login STAFF=200 moderator=403 | login STAFF=405
admin:news_article_restore               | login STAFF=405 | login STAFF=403 EDS=302
admin:news_article_copy                  | login STAFF=405 | 401 STAFF=403 EDS=400
admin:news_article_discard               | login STAFF=405 | login STAFF=403 EDS=302
admin:news_article_front_page            | login STAFF=200 moderator=403 | login STAFF=403 EDS=200
admin:news_article_calendar              | login STAFF=200 moderator=403 | same
admin:news_article_bulk                  | login STAFF=200 translator,moderator=403 | same
admin:news_article_bulk_done             | login STAFF=403 author=200 EDS=200 | login STAFF=405
admin:news_article_bulk_undo             | login STAFF=405 | login STAFF=403 author=302 EDS=302
admin:news_article_responses             | login STAFF=200 moderator=403 | login STAFF=405
admin:news_article_response              | login STAFF=200 moderator=403 | login STAFF=403 EDS=200
admin:news_article_preview_make          | login STAFF=405 | login STAFF=403 EDS=302
admin:news_article_preview_revoke        | login STAFF=405 | login STAFF=403 EDS=302
admin:news_auditentry_export             | login STAFF=403 administrator=200 | same
admin:auth_user_password_change          | login STAFF=403 administrator=200 | same
"""

# What is SENT by POST to pages where an empty form would not show who may.
SENT = {
    "comments:read": {"up_to": "1"},
    "news:vote": {"value": "1"},
    "comments:create": {"body": "Typed."},
    "comments:reply": {"body": "Typed."},
    "comments:edit": {"body": "Typed."},
    "comments:vote": {"up": "1"},
    "comments:report": {"reason": "spam"},
    "comments:follow": {"value": "1"},
    "comments:mute": {"value": "1"},
    "comments:by_mail": {"reply": "soon", "mention": "off", "follow": "daily", "hour": "8"},
}

# model | who may view, add, change, delete its rows in the admin, by first letters.
DESK = """
news.article                             | author=va translator=v editor,administrator=vacd
news.image                               | author=va translator=v editor,administrator=vacd
news.entity                              | author=v editor,administrator=vacd
news.mention                             | author=v editor,administrator=vacd
news.auditentry                          | administrator=v
news.rubric                              | author,translator=v editor=vac administrator=vacd
news.source                              | author,translator=v editor=vac administrator=vacd
news.incomingfeed                        | editor,administrator=vacd
news.incomingitem                        | author,editor,administrator=vc
comments.comment                         | editor,moderator,administrator=v
comments.commentreport                   | moderator,administrator=v
comments.discussion                      | moderator,administrator=v
comments.moderationevent                 | moderator,administrator=v
comments.ban                             | administrator=v
comments.notificationletter              | administrator=v
comments.selfcheck                       | administrator=v
comments.spamphrase                      | moderator,administrator=vacd
subscriptions.subscription               | editor=v administrator=vcd
subscriptions.subscriberimport           | administrator=va
subscriptions.edition                    | editor,administrator=v
subscriptions.delivery                   | editor,administrator=v
subscriptions.addresschange              | administrator=v
subscriptions.bounceevent                | administrator=v
subscriptions.consentevent               | administrator=v
subscriptions.suppression                | administrator=vad
subscriptions.editorsnote                | editor,administrator=vacd
subscriptions.maildomain                 | administrator=v
portal.user                              | administrator=vacd
account.emailaddress                     | administrator=vacd
mfa.authenticator                        | administrator=vd
usersessions.usersession                 | administrator=vd
socialaccount.socialaccount              | administrator=vd
auth.group                               | administrator=vacd
"""


def rows(table: str) -> list[list[str]]:
    """Lines that say something, cut into their cells."""
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def by_role(cell: str, others: str = "") -> dict[str, str]:
    """What a cell says of each role; `others` is for those that it does not name."""
    words = cell.split()
    if words and "=" not in words[0]:
        others = words.pop(0)
    expected = dict.fromkeys(ROLES, others)
    for word in words:
        roles, _, answer = word.partition("=")
        expected |= dict.fromkeys(GROUPS.get(roles) or roles.split(","), answer)
    assert list(expected) == ROLES, f"there is a role in “{cell}” that does not exist"
    return expected


def as_cell(answers: dict[str, str]) -> str:
    """The shortest cell that says so."""
    roles = defaultdict(list)
    for role, answer in answers.items():
        roles[answer].append(role)
    first = max(roles, key=lambda answer: len(roles[answer]))
    words = [f"{','.join(roles[a])}={a}" for a in roles if a not in (first, "")]
    cell = " ".join([first, *words]).strip()
    for name, group in GROUPS.items():
        cell = re.sub(rf"(?<![,\w]){','.join(group)}=", f"{name}=", cell)
    return cell


PAGE = {
    name: {"GET": by_role(get), "POST": by_role(get if post == "same" else post)}
    for name, get, post in rows(PAGES)
}
MODEL = {model._meta.label_lower: model for model in admin.site._registry}
RIGHTS = {label: by_role(cell) for label, cell in rows(DESK)}
ACTS = {"view": "changelist", "add": "add", "change": "change", "delete": "delete"}


def pages() -> set[str]:
    """The names of all patterns but those that the admin makes for each model."""
    models = {f"admin:{label.replace('.', '_')}" for label in MODEL}
    made = {f"{model}_{act}" for model in models for act in (*ACTS.values(), "history")}
    return patterns().keys() - made - {"admin:<path:object_id>/"}


def client_of(role: str) -> Client:
    cache.clear()  # limits on attempts, counted for the role before
    client = Client()
    if role != "visitor":
        client.force_login(User.objects.filter(username=role).first() or make_someone(role))
    return client


def make_someone(role: str) -> User:
    user = make_user(role, is_staff=role in STAFF)
    user.groups.set(Group.objects.filter(name=role))
    return user


def answer(client: Client, method: str, path: str, sent: dict[str, str] | None = None) -> str:
    """The status, or "login". Whatever the request changed is undone."""
    cookies = copy(client.cookies)
    with undone():
        response = client.get(path) if method == "GET" else client.post(path, sent)
    client.cookies = cookies
    if response.status_code == 302 and "/login/" in response["Location"]:
        return "login"
    return str(response.status_code)


def complain(lines: list[str], advice: str) -> None:
    if lines:
        pytest.fail("\n".join([advice, *lines]), pytrace=False)


@pytest.fixture(autouse=True)
def unwritten_pages(monkeypatch) -> None:
    """Who may what is decided before a page is written, which takes most of a request's time."""
    monkeypatch.setattr(Template, "_render", lambda _self, _context: SafeString())


@pytest.fixture
def samples(settings, monkeypatch) -> Iterator[dict[str, object]]:
    switch_on(settings)
    remember_people(monkeypatch)
    logging.disable(logging.WARNING)  # every refusal is a line there, and would bury the one below
    yield make_world()
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_page_answers_as_the_table_says(samples, method):
    existing, wrong = patterns(), []
    for role in ROLES:
        client = client_of(role)
        for name in filter(existing.get, PAGE):
            got = answer(client, method, path_to(existing[name], samples), SENT.get(name))
            if got != PAGE[name][method][role]:
                wrong.append(f"{name}, {method}, {role}: {got}, not {PAGE[name][method][role]}")
    complain(wrong, "Another answer than PAGES says. Mend the page, or the line:")


def test_each_page_is_in_the_table(samples):
    lines = []
    for name in sorted(pages() - PAGE.keys()):
        path = path_to(patterns()[name], samples)
        get, post = (
            as_cell({role: answer(client_of(role), m, path, SENT.get(name)) for role in ROLES})
            for m in ("GET", "POST")
        )
        lines.append(f"{name:40} | {get} | {'same' if post == get else post}")
    complain(lines, f"Add to PAGES in {__file__}, with the answers that should be:")


def test_each_line_is_of_a_page_or_model_that_exists():
    gone = (PAGE.keys() - pages()) | (RIGHTS.keys() - MODEL.keys())
    complain(sorted(gone), "Take out of PAGES and DESK what is there no more:")


def test_each_role_may_at_the_desk_what_the_table_says(samples):
    wrong = []
    for role in ROLES:
        client = client_of(role)
        for label in filter(MODEL.get, RIGHTS):
            if (got := rights(client, MODEL[label])) != RIGHTS[label][role]:
                due = RIGHTS[label][role] or "nothing"
                wrong.append(f"{label}, {role}: {got or 'nothing'}, not {due}")
    complain(wrong, "Somebody may do something else than DESK says. Mend the admin, or the line:")


def test_each_model_of_the_desk_is_in_the_table(samples):
    lines = []
    for label in sorted(MODEL.keys() - RIGHTS.keys()):
        may = as_cell({role: rights(client_of(role), MODEL[label]) for role in ROLES})
        lines.append(f"{label:40} | {may}")
    complain(lines, f"Add to DESK in {__file__}, with the rights that should be:")


def rights(client: Client, model: type[models.Model]) -> str:
    """The first letters of what the admin lets `client` do with the rows of `model`."""
    row = model._default_manager.order_by("pk").first()
    letters = ""
    for act, page in ACTS.items():
        on_row = [row.pk if row else 0] if act in ("change", "delete") else []
        path = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{page}", args=on_row)
        # To look at a row is to GET its form, to change it is to POST it; 409 says "not unasked".
        if answer(client, "POST" if act == "change" else "GET", path) in ("200", "302", "409"):
            letters += act[0]
    return letters
