"""Whatever editors do, in whatever order: a kept page is the page that would be made now."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from comments import posting
from news.models import Article, Correction, Mention
from news.publishing import publish_due
from news.rating import rate
from news.redis_client import client as redis_client
from portal import page_cache
from tests.factories import add_text, make_article, make_image, make_rubric, make_user, mention
from tests.subscriptions.rows import make_past_digest

pytestmark = pytest.mark.django_db(transaction=True)

_LISTS = [
    *("/en/", "/ru/", "/en/articles/", "/ru/articles/?order=oldest", "/en/rubrics/space/"),
    *("/en/sources/agency/", "/ru/entities/esa/", "/en/search/?q=probe", "/en/discussions/"),
    *("/en/feed.rss", "/ru/rubrics/space/feed.atom", "/en/entities/esa/feed.json"),
    *("/en/digests/", "/en/digests/feed.json", "/sitemap-digests.xml"),
    *("/sitemap.xml", "/sitemap-news.xml", "/sitemap-articles-0.xml"),
]
# What only the lifetime bounds: comments counted outside of their own article.
_COUNTS = re.compile(
    r'<section class="latest-discussions".*?</section>|<a class="comments-link.*?</a>', re.DOTALL
)


class Newsroom(RuleBasedStateMachine):
    """Editors, readers and the clock; visitors look at every page after each step."""

    @initialize()
    def open(self) -> None:
        call_command("flush", interactive=False, verbosity=0)
        redis_client().flushdb()
        self.editor, self.visitor = Client(), Client()
        self.reader = make_user()
        self.editor.force_login(make_user(is_staff=True, is_superuser=True))
        self.articles = [make_article("First probe", image=make_image()), make_article("Probe")]
        mention(self.articles[0])
        make_past_digest(self.articles)
        page_cache.forget_everything()

    def a(self, number: int, *states: str) -> Article | None:
        fitting = Article.objects.filter(state__in=states).order_by("pk")
        return fitting[number % len(fitting)] if fitting else None

    @rule(language=st.sampled_from(["en", "ru"]))
    def write(self, language: str) -> None:
        add = {"en": "ru", "ru": "en"}[language]
        article = make_article("New probe", languages=(language,), state=Article.State.DRAFT)
        add_text(article, add, "Probe, translated")
        self.articles.append(article)

    @rule(number=st.integers(0, 9), later=st.booleans())
    def publish_or_schedule(self, number: int, later: bool) -> None:
        if not (article := self.a(number, "draft")):
            return
        if later:
            article.published_at = timezone.now() + timedelta(hours=1)
            article.schedule()
        else:
            article.publish()

    @rule()
    def let_an_hour_pass(self) -> None:
        publish_due(timezone.now() + timedelta(hours=2))

    @rule(number=st.integers(0, 9))
    def retract(self, number: int) -> None:
        if article := self.a(number, "published"):
            article.retract("Wrong.", "Неверно.")

    @rule(number=st.integers(0, 9), title=st.sampled_from(["Probe I", "Probe II", "Probe III"]))
    def retitle(self, number: int, title: str) -> None:
        if article := self.a(number, "published", "draft"):
            self.change(article, **{"texts-0-title": title, "texts-0-slug": ""})

    @rule(number=st.integers(0, 9), pinned=st.booleans())
    def pin(self, number: int, pinned: bool) -> None:
        if article := self.a(number, "published"):
            sent = {"article": article.pk} if pinned else {"_unpin": article.pk}
            assert self.editor.post("/admin/news/article/front-page/", sent).status_code == 302

    @rule(number=st.integers(0, 9))
    def correct(self, number: int) -> None:
        if article := self.a(number, "published"):
            nth = article.corrections.count()
            correction = {
                "kind": Correction.Kind.TYPO,
                "note_en": "A letter.",
                "note_ru": "Буква.",
                "corrected_at_0": "2026-01-01",
                "corrected_at_1": "12:00",
            }
            fields = {f"corrections-{nth}-{name}": value for name, value in correction.items()}
            self.change(article, **fields, **{"corrections-TOTAL_FORMS": nth + 1})

    @rule(name=st.sampled_from(["Space", "Cosmos"]))
    def rename_the_rubric(self, name: str) -> None:
        form = {"name_en": name, "name_ru": name, "slug": "space", "position": 1, "hue": 30}
        pk = make_rubric().pk
        assert self.editor.post(f"/admin/news/rubric/{pk}/change/", form).status_code == 302

    @rule(state=st.sampled_from([Mention.State.ACCEPTED, Mention.State.REFUSED]))
    def decide_on_the_mention(self, state: str) -> None:
        action = {Mention.State.ACCEPTED: "accept", Mention.State.REFUSED: "refuse"}[state]
        pks = list(Mention.objects.values_list("pk", flat=True))
        form = {"action": action, "_selected_action": pks}
        assert self.editor.post("/admin/news/mention/?state=all", form).status_code == 302

    @rule(number=st.integers(0, 9), value=st.sampled_from([-1, 0, 1]))
    def vote(self, number: int, value: int) -> None:
        if article := self.a(number, "published"):
            rate(article, self.reader.pk, value)

    @rule(number=st.integers(0, 9))
    def comment(self, number: int) -> None:
        if article := self.a(number, "published"):
            posting.post(article, self.reader.pk, "I was there.")

    @precondition(lambda self: hasattr(self, "visitor"))
    @invariant()
    def kept_pages_are_what_would_be_made_now(self) -> None:
        page_cache.forget_everything()  # as a second later
        for url in [*_LISTS, *map(self.page_of, self.articles)]:
            kept = self.look(url, seconds=30)
            if kept.get("X-Page-Cache") == "redis":
                made = self.look(url, seconds=0)
                assert kept.status_code == made.status_code, url
                assert _without_counts(kept) == _without_counts(made), url

    def page_of(self, article: Article) -> str:
        return f"/en/articles/{article.pk}-{article.texts.first().slug}/"

    def look(self, url: str, seconds: int) -> HttpResponse:
        self.settings_of_site.PAGE_CACHE_SECONDS = seconds
        return self.visitor.get(url)

    def change(self, article: Article, **fields: object) -> None:
        """Send the article's form of the admin back, with `fields` instead of what is there."""
        url = f"/admin/news/article/{article.pk}/change/"
        response = self.editor.post(url, _as_sent(self.editor.get(url)) | fields)
        assert response.status_code == 302, response.context["errors"]


def _without_counts(page: HttpResponse) -> str:
    return _COUNTS.sub("", page.content.decode())


def _as_sent(page: HttpResponse) -> dict[str, object]:
    """What a browser would send back from a form of the admin that nobody has touched."""
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    existing = [form for formset in formsets for form in formset.initial_forms]
    forms = [page.context["adminform"].form, *(set.management_form for set in formsets), *existing]
    sent: dict[str, object] = {}
    for field in (form[name] for form in forms for name in form.fields):
        value = field.field.prepare_value(field.value())
        parts = (
            field.field.widget.decompress(value)
            if hasattr(field.field.widget, "decompress")
            else None
        )
        values = (
            {field.html_name: value}
            if parts is None
            else {f"{field.html_name}_{number}": part for number, part in enumerate(parts)}
        )
        sent |= {
            name: value
            for name, value in values.items()
            if value is not None and value is not False
        }
    return sent | {f"{set.prefix}-TOTAL_FORMS": len(set.initial_forms) for set in formsets}


def test_kept_pages_are_those_that_would_be_made_now(settings):
    Newsroom.settings_of_site = settings
    run_state_machine_as_test(
        Newsroom,
        settings=hypothesis_settings(
            max_examples=2,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],  # a failure says its steps, short enough
        ),
    )
