"""Every address of the portal, and something to see at each: for tests that go through them all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import quote

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import URLPattern, get_resolver
from django.utils.regex_helper import normalize

from comments import moderation, posting
from comments.appeal_links import appeal_url
from comments.letter_links import PURPOSES
from comments.models import Appeal, Notice
from comments.moderation import Ruling
from news import previews, responses
from news.day import day_of
from news.models import BulkChange, Exchange
from news.models.article import SITEMAP_SECTION
from portal.models import User
from subscriptions import links
from subscriptions.models import Edition, SubscriberImport
from tests.factories import (
    make_article,
    make_entity,
    make_image,
    make_item,
    make_rubric,
    make_source,
    make_user,
    mention,
)
from tests.subscriptions.rows import (
    SLOT,
    YESTERDAY,
    make_address_change,
    make_past_digest,
    make_subscription,
)


class Pattern(NamedTuple):
    """A URL pattern: its name with its namespace, and the address, "/en/users/%(username)s/"."""

    name: str
    template: str

    @property
    def parts(self) -> list[str]:
        """The names of what varies."""
        return re.findall(r"%\((\w+)\)s", self.template)


def patterns() -> dict[str, Pattern]:
    """All that the portal answers, by name; those without a name by their route."""
    return {pattern.name: pattern for pattern in _walk(get_resolver().url_patterns, "", "/")}


def _walk(branch: list[Any], namespace: str, prefix: str) -> Iterator[Pattern]:
    for entry in branch:
        template = prefix + normalize(entry.pattern.regex.pattern.lstrip("^"))[0][0]
        if isinstance(entry, URLPattern):
            yield Pattern(namespace + (entry.name or str(entry.pattern)), template)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner, template)


# What stands for a part of an address; with a page's name before it, on that page alone.
SAMPLES: dict[str, Any] = {
    "slug": "probe",
    "username": "owner",
    "seq": 1,
    "ending": "rss",
    "name": "vestnik.000000000000.css",
    "key": "forged",
    "kind": "json",
    "uidb36": "1",
    "app_label": "news",
    "content_type_id": 0,
    "url": "nowhere",
    "path": "nothing.jpg",
    "purpose": "reply",
    "provider_id": "elsewhere",
    "social_login provider_id": "github",
    "admin:subscriptions_edition_act act": "pause",
    "admin:news_article_bulk kind": "state",
}


def make_world() -> dict[str, Any]:
    """A row of each kind, called "probe", of the reader "owner"; returns samples that name them."""
    owner = make_user("owner")
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    article = make_discussed_article(owner)
    subscription = make_subscription(owner.email)
    tokens = {
        f"subscriptions:{purpose.page} token": purpose.token(subscription.pk)
        for purpose in (links.CONFIRM, links.PREFERENCES, links.UNSUBSCRIBE, links.RESUBSCRIBE)
    }
    tokens |= {
        f"comments:letters_{act} token": path(owner.pk, *numbers).split("/")[5]
        for act, path, numbers in (
            ("stop", PURPOSES["reply"].stop_path, ()),
            ("resume", PURPOSES["reply"].resume_path, (1,)),
        )
    }
    change = make_address_change(subscription)
    tokens |= {
        f"subscriptions:{purpose.page} token": purpose.token(change.pk)
        for purpose in (links.CONFIRM_ADDRESS, links.KEEP_ADDRESS)
    }
    token = links.PREFERENCES.token(subscription.pk)
    own = {"pk": article.pk, "id": owner.pk, "object_id": article.pk, "token": token}
    edition = Edition.objects.create(language="en", since=YESTERDAY, cut_at=SLOT)
    own |= {f"admin:subscriptions_edition_{page} pk": edition.pk for page in ("progress", "act")}
    day = day_of(article.published_at)
    if not Edition.objects.filter(language="en", shown_on=day).exists():  # a demo has one
        make_past_digest([article])
    source = SubscriberImport.objects.create(file_name="probe.csv", language="en")
    import_pages = ("progress", "refused")
    own |= {f"admin:subscriptions_subscriberimport_{page} pk": source.pk for page in import_pages}
    own["admin:news_article_restore revision"] = article.revisions.get().pk
    link = previews.make(article, owner, days=1)
    own |= {"link": link.pk, "news:preview token": previews.token_of(link)}
    response = make_sent_response(article, owner)
    own |= {"news:my_response pk": response.pk, "admin:news_article_response pk": response.pk}
    change = BulkChange.objects.create(
        kind="state", choice={"transition": "submit"}, words="Probe", done=[], refused=[]
    )
    own |= {f"admin:news_article_bulk_{page} pk": change.pk for page in ("done", "undo")}
    own["number"] = article.pk // SITEMAP_SECTION
    own["on"] = f"{day_of(article.published_at):%Y/%m/%d}"
    return SAMPLES | tokens | own | make_appealed_act(article, owner)


def make_discussed_article(author: User) -> Any:
    """With picture, source, mention, both languages, and comment number 1 by `author`."""
    article = make_article(
        "Probe",
        rubric=make_rubric("probe"),
        source=make_source("probe"),
        image=make_image(),
        languages=("en", "ru"),
    )
    make_entity("probe")
    mention(article, "probe")
    article.revisions.record(article)
    make_item("Probe", source=article.source)
    posting.post(article, author.pk, "I was *there*.")
    return article


def make_sent_response(article: Any, reader: User) -> Any:
    """What a reader wrote about `article`, which waits for an editor."""
    response = make_article(
        "Probe, again", state="draft", response_to=article, response_kind="reply", author=reader
    )
    Exchange.objects.create(article=response)
    responses.send(response, reader)
    return response


def make_appealed_act(article: Any, author: User) -> dict[str, Any]:
    """A comment that a moderator has hidden, and the appeal of its author."""
    comment = posting.post(article, author.pk, "I was not.")
    ruling = Ruling(make_user("decided", is_superuser=True), "abuse")
    moderation.decide([comment.pk], "hide", ruling)
    notice = Notice.objects.get()
    return {
        "act": ruling.act,
        "comments:case pk": comment.pk,
        "comments:appeal token": appeal_url(notice, "en").split("/")[-2],
        "comments:appeal_decide pk": Appeal.objects.create(notice=notice).pk,
    }


def path_to(pattern: Pattern, samples: dict[str, Any]) -> str:
    """Where `samples` lead; a part that they lack is a KeyError that says so."""
    values = {
        part: samples.get(f"{pattern.name} {part}", samples.get(part)) for part in pattern.parts
    }
    if missing := [part for part, value in values.items() if value is None]:
        raise KeyError(
            f"{pattern.name}: say in SAMPLES or make_world() of {__name__}"
            f" what stands for {', '.join(missing)}"
        )
    return pattern.template % {part: quote(str(value)) for part, value in values.items()}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
