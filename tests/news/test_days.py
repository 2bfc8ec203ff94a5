"""A reader looks up what was published on a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

AUCKLAND = ZoneInfo("Pacific/Auckland")


def page(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return " ".join(response.content.decode().split())


def make_article_at(title: str, *moment: int, zone: ZoneInfo = AUCKLAND) -> None:
    make_article(title, published_at=datetime(*moment, tzinfo=zone))


def test_a_day_is_that_of_the_sites_time_zone_whoever_reads(client, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    make_article_at("Just after midnight", 2025, 3, 5, 0, 0)
    make_article_at("Just before midnight", 2025, 3, 5, 23, 59)
    make_article_at("The day after", 2025, 3, 6, 0, 0)
    client.force_login(make_user(time_zone="America/Los_Angeles"))
    text = page(client, "/en/articles/2025/03/05/")
    assert "Just after midnight" in text
    assert "Just before midnight" in text
    assert ">The day after<" not in text.split("<aside")[0]


def test_an_articles_date_leads_to_its_day(client, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    article = make_article("Early", published_at=datetime(2025, 3, 4, 12, tzinfo=ZoneInfo("UTC")))
    assert 'href="/en/articles/2025/03/05/"' in page(client, f"/en/articles/{article.pk}-early/")


def test_days_lead_to_their_neighbours_with_articles(client):
    for day in (1, 5, 9):
        make_article_at(f"Of day {day}", 2025, 3, day, 12, zone=ZoneInfo("UTC"))
    text = page(client, "/en/articles/2025/03/05/")
    assert 'rel="prev" href="/en/articles/2025/03/01/"' in text
    assert 'rel="next" href="/en/articles/2025/03/09/"' in text
    assert "News of 5 March 2025" in text
    assert "Новости за 5 марта 2025 года" in page(client, "/ru/articles/2025/03/05/")


def test_a_day_without_articles_among_others_says_so(client):
    make_article_at("Before", 2025, 3, 1, 12)
    text = page(client, "/en/articles/2025/03/05/")
    assert "Nothing was published on this day" in text
    assert "noindex" in text


def test_days_before_the_first_article_and_to_come_are_not_found(client):
    make_article_at("The first", 2025, 3, 1, 12)
    page(client, "/en/articles/2025/02/27/", 404)
    tomorrow = timezone.localdate() + timedelta(days=2)
    page(client, f"/en/articles/{tomorrow:%Y/%m/%d}/", 404)


@pytest.mark.parametrize(
    "day",
    ["2025/02/30", "2025/13/01", "0000/00/00", "0001/01/01", "9999/12/31", "2025/1", "٢٠٢٥/03/05"],
)
def test_what_is_no_day_is_not_found(client, day):
    page(client, f"/en/articles/{day}/", 404)


def test_a_day_has_one_address(client):
    make_article_at("Of that day", 2025, 3, 5, 12)
    response = client.get("/en/articles/2025/3/5/")
    assert (response.status_code, response.url) == (301, "/en/articles/2025/03/05/")


def test_a_long_day_is_paged(client):
    start = datetime.combine(date(2025, 3, 5), datetime.min.time(), ZoneInfo("UTC"))
    for number in range(25):
        make_article(f"Number {number:02}", published_at=start + timedelta(minutes=number))
    first = client.get("/en/articles/2025/03/05/").context["page"]
    rest = client.get(f"/en/articles/2025/03/05/{first.next_query}").context["page"]
    titles = [article.title for article in [*first.items, *rest.items]]
    assert titles == [f"Number {number:02}" for number in reversed(range(25))]
