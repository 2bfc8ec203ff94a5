"""Editors look at what feeds brought and decide; nothing is public by itself."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from news.incoming import deciding, polling
from news.models import Article, IncomingFeed, IncomingItem, Mention, TransitionRefused
from news.tasks import find_mentions
from tests.factories import make_article, make_entity, make_feed, make_item, make_source, make_user
from tests.portal.addresses import make_world, path_to, patterns
from tests.portal.elsewhere import switch_on
from tests.portal.test_admin import staff

pytestmark = pytest.mark.django_db

ITEMS = "/admin/news/incomingitem/"
FEEDS = "/admin/news/incomingfeed/"


@pytest.fixture
def editor(client):
    user = staff("editor")
    client.force_login(user)
    return user


def press(client, path=ITEMS, **buttons) -> str:
    """The page after a button was pressed."""
    response = client.post(
        path, {f"_{name}": value for name, value in buttons.items()}, follow=True
    )
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("editor")
def test_an_item_becomes_a_draft_with_its_source_and_rights(client):
    item = make_item("Probe lands", author="A. Reporter")
    page = press(client, take=item.pk)
    article = Article.objects.get()
    assert f"/admin/news/article/{article.pk}/change/" in page and "1 draft is made:" in page
    assert (article.state, article.published_at) == ("draft", None)
    assert (article.source, article.source_url) == (item.source, item.link)
    assert (article.rights_holder, article.licence) == ("The agency", "CC BY 4.0")
    text = article.texts.get()
    assert (text.title, text.body, text.dateline) == ("Probe lands", item.body, "A. Reporter")
    assert client.get(f"/admin/news/article/{article.pk}/change/").status_code == 200
    item.refresh_from_db()
    assert (item.state, item.article) == ("taken", article)


def test_a_draft_of_a_feed_has_its_mentions_proposed(editor, django_capture_on_commit_callbacks):
    make_entity("esa", name_en="ESA")
    with django_capture_on_commit_callbacks() as callbacks:
        article = deciding.take(make_item("ESA lands a probe").pk, editor)
    assert callbacks
    find_mentions(article.pk)
    assert Mention.objects.get().state == "found"


def test_a_button_pressed_twice_makes_one_draft(client, editor):
    item = make_item()
    press(client, take=item.pk)
    assert "Somebody has decided on it already" in press(client, take=item.pk)
    assert Article.objects.count() == 1
    with pytest.raises(TransitionRefused):
        deciding.dismiss(item.pk, editor)


@pytest.mark.usefixtures("editor")
def test_a_dismissed_item_is_out_of_the_way_and_can_be_put_back(client):
    item = make_item("Weather as usual")
    page = press(client, dismiss=item.pk)
    assert 'name="_put_back"' in page and "1 item is dismissed." in page
    assert "Weather as usual" not in client.get(ITEMS).content.decode()
    assert "Weather as usual" in client.get(f"{ITEMS}?state=dismissed").content.decode()
    press(client, put_back=item.pk)
    assert "Weather as usual" in client.get(ITEMS).content.decode()


@pytest.mark.usefixtures("editor")
def test_a_draft_that_was_taken_by_mistake_goes_into_the_bin(client):
    item = make_item()
    press(client, take=item.pk)
    press(client, put_back=item.pk)
    assert Article.objects.get().state == "binned"
    press(client, take=item.pk)
    item.refresh_from_db()
    assert item.article.state == "draft"


@pytest.mark.usefixtures("editor")
def test_what_has_become_an_article_of_ours_is_not_undone(client):
    item = make_item()
    press(client, take=item.pk)
    Article.objects.get().publish()
    assert "Not possible while it is “Published”" in press(client, put_back=item.pk)
    item.refresh_from_db()
    assert item.state == "taken"


@pytest.mark.usefixtures("editor")
def test_what_is_there_already_stands_beside_and_takes_the_item(client):
    title = "Agency lands its first probe on the far side of the Moon"
    article = make_article(title)
    item = make_item(title.replace("first", "second"), lead=f"{title}: what is known")
    page = client.get(ITEMS).content.decode()
    assert f"/admin/news/article/{article.pk}/change/" in page
    full = client.get(f"{ITEMS}{item.pk}/change/").content.decode()
    assert item.body in full and article.texts.get().body in full
    press(client, merge=f"{item.pk}:{article.pk}")
    item.refresh_from_db()
    assert (item.state, item.article, Article.objects.count()) == ("merged", article, 1)


@pytest.mark.usefixtures("editor")
def test_two_sources_that_tell_the_same_stand_beside_each_other(client):
    title = "Agency lands its first probe on the far side of the Moon"
    make_item(title)
    make_item(title, source=make_source("gazette", name_en="Gazette"))
    make_item("Something else altogether happens in another place")
    page = client.get(ITEMS).content.decode()
    assert page.count("Another incoming item") == 2
    assert page.count("Nothing like it") == 1


@pytest.mark.usefixtures("editor")
def test_words_that_everybody_uses_are_no_likeness(client):
    agency = "National Aeronautics and Space Administration"
    subjects = [
        "awards a contract to builders",
        "counts craters",
        "hires",
        "moves to Ohio",
        "waits",
    ]
    for subject in subjects * 5:
        make_article(f"{agency} {subject}")
    copy = make_article(f"{agency} finds water in a very old stone")
    make_item(f"{agency} finds water in a very old stone")
    make_item("M 1.4", lead="")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE news_articletext")
    page = client.get(ITEMS).content.decode()
    assert f"/admin/news/article/{copy.pk}/change/" in page
    assert page.count("Nothing like it") == 1


@pytest.mark.parametrize("number", ["", "0", "99999", "abc", "-1", "9" * 30, "²"])
@pytest.mark.usefixtures("editor")
def test_an_item_is_filed_under_an_article_that_exists_or_nowhere(client, number):
    item = make_item()
    data = {"_merge": item.pk, "article": number}
    page = client.post(f"{ITEMS}{item.pk}/change/", data, follow=True).content.decode()
    assert "There is no such article." in page or "Which article?" in page
    item.refresh_from_db()
    assert item.state == "waiting"


@pytest.mark.parametrize("act", ["take", "dismiss"])
@pytest.mark.usefixtures("editor")
def test_many_items_are_decided_on_at_once(client, act):
    items = [make_item() for _ in range(3)]
    numbers = [item.pk for item in items]
    data = {"action": act, "index": 0, "_selected_action": numbers}
    page = client.post(ITEMS, data, follow=True).content.decode()
    assert IncomingItem.objects.waiting().count() == 0
    undo = ",".join(map(str, sorted(numbers)))
    assert f'value="{undo}"' in page
    press(client, put_back=undo)
    assert IncomingItem.objects.waiting().count() == 3


@pytest.mark.parametrize("value", ["", "x", "999999", "1,,2", "9" * 40, "\x00"])
@pytest.mark.usefixtures("editor")
def test_a_button_that_names_nothing_changes_nothing(client, value):
    make_item()
    for name in ("_take", "_merge", "_dismiss", "_put_back"):
        assert client.post(ITEMS, {name: value}).status_code in (200, 302, 400)
    assert not Article.objects.exists()


def test_only_who_may_write_articles_decides(client):
    item = make_item()
    for role, status in (("translator", 403), ("moderator", 403), ("author", 302)):
        client.force_login(staff(role))
        assert client.post(ITEMS, {"_take": item.pk}).status_code == status
    client.force_login(make_user())
    assert client.post(ITEMS, {"_dismiss": item.pk}).status_code == 302  # to the log-in
    assert IncomingItem.objects.get().state == "taken"


@pytest.mark.parametrize("path", [ITEMS, FEEDS])
@pytest.mark.usefixtures("editor")
def test_the_lists_cost_the_same_for_ten_and_for_twenty(
    client, path, django_assert_max_num_queries
):
    def grow(number):
        for _ in range(number):
            title = "Agency lands its first probe on the far side of the Moon"
            make_item(title, feed=make_feed(f"https://agency.example/{Article.objects.count()}"))
            make_article(title)

    counts = []
    for _ in range(2):
        grow(10)
        client.get(path)
        with django_assert_max_num_queries(12) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.usefixtures("editor")
def test_empty_lists_say_what_to_do_next(client, language):
    client.cookies["django_language"] = language
    words = {"en": ["Add the first", "Nothing waits."], "ru": ["Добавьте первую", "Ничто не ждёт"]}
    for path, said in zip([FEEDS, ITEMS], words[language], strict=True):
        assert said in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://agency.example/feed", "Enter a valid URL."),
        ("javascript:alert(1)", "Enter a valid URL."),
        ("https://user:secret@agency.example/feed", "Feeds that want a password"),
        ("https://agency.example/feed", "already exists"),
        ("", "This field is required."),
    ],
)
def test_an_address_that_can_not_be_read_is_refused_at_its_field(client, editor, url, complaint):
    feed = make_feed()
    data = {"source": feed.source_id, "url": url, "language": "en", "rubric": feed.rubric_id}
    page = client.post(f"{FEEDS}add/", data).content.decode()
    assert complaint in page and IncomingFeed.objects.count() == 1


def test_another_address_is_another_feed(client, editor):
    feed = make_feed(etag='"v1"', failures=3, trouble="status", items_got=7)
    data = {
        "source": feed.source_id,
        "url": "https://agency.example/other",
        "language": "en",
        "rubric": feed.rubric_id,
        "is_on": "on",
    }
    client.post(f"{FEEDS}{feed.pk}/change/", data)
    feed.refresh_from_db()
    assert (feed.url, feed.etag, feed.trouble, feed.failures) == (data["url"], "", "", 0)
    assert feed.items_got == 7 and polling.due() == [feed.pk]


def test_feeds_tell_how_they_fare_and_are_switched(client, editor):
    well, ill = make_feed(), make_feed("https://agency.example/ill", source=make_source("other"))
    IncomingFeed.objects.filter(pk=ill.pk).update(
        trouble="status", trouble_detail="503", failures=3, moved_to="https://agency.example/new"
    )
    page = client.get(FEEDS).content.decode()
    assert "The server answered with an error (503)" in page and "Not read yet" in page
    assert "https://agency.example/new: change its address" in page
    assert "Switched off: https://agency.example/ill" in press(client, FEEDS, switch_off=ill.pk)
    press(client, FEEDS, read_now=ill.pk)
    assert polling.due() == [well.pk]
    press(client, FEEDS, switch_on=ill.pk)
    assert sorted(polling.due()) == [well.pk, ill.pk]
    assert "1 in trouble" in client.get("/admin/news/source/").content.decode()


def test_a_feed_that_has_brought_nothing_says_so_and_when_it_is_read_again(client, editor):
    feed = make_feed(read_at=timezone.now(), next_poll_at=datetime(2031, 2, 3, 4, 5, tzinfo=UTC))
    page = client.get(f"{FEEDS}{feed.pk}/change/").content.decode()
    assert "Read, but nothing has come yet" in page
    assert "Feb. 3, 2031, 4:05 a.m." in page


def test_authors_leave_feeds_alone(client):
    feed = make_feed()
    client.force_login(staff("author"))
    assert client.post(FEEDS, {"_switch_off": feed.pk}).status_code == 403
    feed.refresh_from_db()
    assert feed.is_on


def test_what_feeds_bring_is_nowhere_in_public(client, settings, editor):
    switch_on(settings)
    world = make_world()
    source = make_source("probe")
    words = {"lead": "Quixotry in brief", "body": "<p>Zugzwang.</p>", "source": source}
    make_item("Zugzwang of quixotry", **words)
    deciding.take(make_item("Zugzwang and quixotry", **words).pk, editor)
    client.logout()
    pages = [page for page in patterns().values() if not page.name.startswith("admin:")]
    for path in [path_to(page, world) for page in pages]:
        for address in (path, f"{path}?q=quixotry"):
            assert b"ugzwang" not in b"".join(client.get(address)), address
    assert len(pages) > 50
