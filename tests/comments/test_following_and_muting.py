"""Readers follow discussions and mute each other; both can be taken back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import drafts, muting, posting
from comments.drafts import Place, Text
from comments.models import Follow, Mute
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def follow(client, article, value="1", **more):
    return client.post(
        f"/en/articles/{article.pk}-probe-lands/comments/follow/", {"value": value}, **more
    )


def mute(client, name="boris", value="1", **more):
    return client.post(f"/en/users/{name}/mute/", {"value": value}, **more)


def text_of(response) -> str:
    return response.content.decode()


def test_a_reader_follows_a_discussion_and_stops(client, article, reader):
    posting.post(article, make_user().pk, "Old.")
    for _ in range(2):
        follow(client, article)
    row = Follow.objects.get()
    assert (row.user, row.discussion_id, row.seen_seq) == (reader, article.pk, 1)
    page = f"/en/articles/{article.pk}-probe-lands/"
    assert 'aria-pressed="true">Following' in text_of(client.get(page))
    follow(client, article, "0")
    assert not Follow.objects.exists()


def test_even_before_the_first_comment(client, article, reader):
    text = text_of(follow(client, article, headers=HTMX))
    assert "Following" in text
    assert "<html" not in text
    assert Follow.objects.get().seen_seq == 0


def test_posting_follows_for_those_who_want_it(client, article, reader):
    url = f"/en/articles/{article.pk}-probe-lands/comments/new/"
    client.post(url, {"body": "First."})
    assert not Follow.objects.exists()
    data = {"language": "en", "time_zone": "UTC", "has_auto_follow": "on"}
    assert client.post("/en/accounts/settings/", data).status_code == 302
    client.post(url, {"body": "Second."})
    assert Follow.objects.get().discussion_id == article.pk


def test_what_is_not_public_can_not_be_followed(client, reader):
    assert follow(client, make_article(state="draft")).status_code == 404
    assert not Follow.objects.exists()


def test_a_muted_readers_comments_are_folded_for_who_muted_them_alone(client, article, reader):
    posting.post(article, make_user("boris").pk, "Nonsense.")
    page = f"/en/articles/{article.pk}-probe-lands/comments/"
    assert "you muted its author" not in text_of(client.get(page))
    for _ in range(2):
        mute(client)
    assert "you muted its author" in text_of(client.get(page))
    client.force_login(make_user())
    assert "you muted its author" not in text_of(client.get(page))
    client.force_login(reader)
    mute(client, value="0")
    assert "you muted its author" not in text_of(client.get(page))


def test_more_offers_to_mute_the_author(client, article, reader):
    posting.post(article, make_user("boris").pk, "Nonsense.")
    url = f"/en/articles/{article.pk}-probe-lands/comments/1/actions/"
    for headers in ({}, HTMX):
        text = text_of(client.get(url, headers=headers))
        for words in ("Quote", "Report", "Mute boris"):
            assert words in text
    assert "Show boris again" in text_of(mute(client, headers=HTMX))
    assert "Show boris again" in text_of(client.get(url))


def test_a_profile_offers_it_too_but_not_ones_own(client, reader):
    make_user("boris")
    assert "Mute boris" in text_of(client.get("/en/users/boris/"))
    assert "Mute vera" not in text_of(client.get("/en/users/vera/"))
    client.logout()
    assert "Mute boris" not in text_of(client.get("/en/users/boris/"))


def test_nobody_mutes_themselves_or_nobody(client, reader):
    assert mute(client, "vera").status_code == 400
    assert mute(client, "stranger").status_code == 404
    assert not Mute.objects.exists()


def test_following_and_muting_are_limited_together_and_what_is_too_much_changes_nothing(
    client, article, reader
):
    make_user("boris")
    for _ in range(10):
        assert follow(client, article).status_code == 302
        assert mute(client).status_code == 302
    assert follow(client, article, "0").status_code == 429
    assert mute(client, value="0").status_code == 429
    assert Follow.objects.exists() and Mute.objects.exists()


@pytest.mark.parametrize("value", ["", "2", "x", "1\0", "on"])
def test_neither_on_nor_off_is_refused(client, article, reader, value):
    make_user("boris")
    assert follow(client, article, value).status_code == 400
    assert mute(client, value=value).status_code == 400
    assert not Follow.objects.exists()
    assert not Mute.objects.exists()


def test_visitors_are_asked_to_log_in_and_looking_changes_nothing(client, article, reader):
    make_user("boris")
    for url in (
        f"/en/articles/{article.pk}-probe-lands/comments/follow/",
        "/en/users/boris/mute/",
    ):
        for method in (client.get, client.head, client.put):
            assert method(f"{url}?value=1").status_code == 405
    client.logout()
    assert "/accounts/login/" in follow(client, article).url
    assert "/accounts/login/" in mute(client).url
    assert not Follow.objects.exists()
    assert not Mute.objects.exists()


# The lists in the account.


def test_the_account_lists_what_is_followed_begun_and_muted(client, article, reader):
    follow(client, article)
    muting.mute(reader.pk, make_user("boris").pk)
    drafts.save(reader.pk, Place(article), Text("A beginning"))
    assert "Probe lands" in text_of(client.get("/en/discussions/mine/"))
    assert "A beginning" in text_of(client.get("/en/discussions/mine/drafts/"))
    assert "boris" in text_of(client.get("/en/discussions/mine/muted/"))
    client.force_login(make_user())
    for rest, words in [("", "Probe lands"), ("drafts/", "A beginning"), ("muted/", "boris")]:
        assert words not in text_of(client.get(f"/en/discussions/mine/{rest}"))


@pytest.mark.parametrize("rest", ["", "drafts/", "muted/"])
def test_each_list_takes_as_many_queries_for_20_rows_as_for_10(client, reader, rest):
    counts = []
    for _ in range(2):
        for _ in range(10):
            article, other = make_article(), make_user()
            posting.post(article, other.pk, "Word.")
            follow(client, article, "1")
            muting.mute(reader.pk, other.pk)
            drafts.save(reader.pk, Place(article), Text("Begun"))
        counts.append(queries(client, f"/en/discussions/mine/{rest}"))
    assert counts[0] == counts[1] <= 7


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
