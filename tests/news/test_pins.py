"""What is pinned to the front page: by whom, in which order, and until when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import pins
from news.front_page import front_page
from news.models import Article
from portal import page_cache
from tests.factories import make_article
from tests.news.desk import desk_of

pytestmark = pytest.mark.django_db
DESK = "/admin/news/article/front-page/"


def ago(**time):
    return timezone.now() - timedelta(**time)


def pinned() -> list[str]:
    return [article.title for article in pins.held().in_language()]


def make_pins(client, *titles: str) -> dict[str, Article]:
    made = {title: make_article(title, published_at=ago(days=1)) for title in titles}
    for title in reversed(titles):
        assert client.post(DESK, {"article": made[title].pk}).status_code == 302
    return made


def test_an_editor_pins_arranges_and_unpins(anna):
    made = make_pins(anna, "A", "B", "C")
    assert pinned() == ["A", "B", "C"]
    anna.post(DESK, {"_up": made["C"].pk})
    assert pinned() == ["A", "C", "B"]
    anna.post(DESK, {"_down": made["A"].pk})
    assert pinned() == ["C", "A", "B"]
    anna.post(DESK, {"_order": f"{made['B'].pk},{made['A'].pk},x,99999"})
    assert pinned() == ["B", "A", "C"]
    anna.post(DESK, {"_unpin": made["B"].pk})
    assert pinned() == [front_page().lead.title, front_page().seconds[0].title] == ["A", "C"]
    page = anna.get(DESK).content.decode()
    assert page.index(">A</a>") < page.index(">C</a>") < page.index("What follows by itself")
    assert page.index("What follows by itself") < page.index(">B</a>")


def test_a_pin_leaves_by_its_hour_and_nobody_has_to_take_it_away():
    make_article("Newest")
    article = make_article("Pinned", published_at=ago(days=2))
    pins.pin(article.pk, timezone.now() + timedelta(hours=1))
    shown = front_page()
    assert (shown.lead.title, shown.until) == (
        "Pinned",
        Article.objects.get(pk=article.pk).pinned_until,
    )
    Article.objects.filter(pk=article.pk).update(pinned_until=ago(seconds=1))
    assert (front_page().lead.title, front_page().until) == ("Newest", None)
    assert pinned() == []


@pytest.mark.usefixtures("kept_pages")
def test_a_kept_front_page_ends_with_its_pin(client, anna, settings):
    settings.PAGE_CACHE_SECONDS = 3600
    make_article("Newest")
    pins.pin(make_article("Pinned", published_at=ago(days=2)).pk, timezone.now() + timedelta(1))
    client.get("/en/")
    page_cache.forget_everything()
    assert client.get("/en/")["X-Page-Cache"] == "redis"
    copies = list(page_cache._memory.values())
    assert copies and all(copy.over_at for _until, copy in copies)
    ended = page_cache.Copy(
        200, {}, [], timezone.now().timestamp(), b"", ago(seconds=1).timestamp()
    )
    assert page_cache.Copy.load(ended.dump()).over_at == ended.over_at
    assert not ended.is_current([])


def test_bad_pins_are_refused_in_words_and_keep_what_was_typed(anna):
    draft = make_article(state="draft")
    page = anna.post(DESK, {"article": draft.pk}).content.decode()
    assert "No article with this number is published or scheduled." in page
    assert f'value="{draft.pk}"' in page
    past = anna.post(DESK, {"article": draft.pk, "until": "2020-01-01T10:00"}).content.decode()
    assert "This lies in the past." in past
    for until in ("yesterday", "9999-12-31T00:00", "0000-00-00T00:00"):
        assert anna.post(DESK, {"article": draft.pk, "until": until}).status_code == 200
    assert not Article.objects.filter(is_pinned=True).exists()


def test_authors_look_and_pin_nothing(client):
    article = make_article()
    author = desk_of("author-of-it", "author")
    assert author.get(DESK).status_code == 200
    assert "Unpin" not in author.get(DESK).content.decode()
    for who, status in ((author, 403), (client, 302)):
        assert who.post(DESK, {"article": article.pk}).status_code == status
    assert not Article.objects.filter(is_pinned=True).exists()


def test_the_keyboard_goes_on_where_something_was_moved(anna):
    made = {title: article.pk for title, article in make_pins(anna, "A", "B", "C").items()}

    def goes_on(**pressed):
        return anna.post(DESK, pressed)["Location"].removeprefix(DESK)

    assert goes_on(_up=made["C"]) == f"#up-{made['C']}"
    assert goes_on(_up=made["C"]) == f"#down-{made['C']}"  # it leads, and has no way up
    assert goes_on(_down=made["A"]) == f"#up-{made['A']}"
    assert goes_on(_order=f"{made['B']}", moved=made["B"]) == f"#pin-{made['B']}"
    assert goes_on(_unpin=made["B"]) == ""
    assert goes_on(_up="x") == ""
