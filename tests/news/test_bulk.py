"""Many articles changed at once: looked at first, done where it may be, and undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.models import Article, BulkChange, Mention
from portal.models import User
from tests.factories import make_article, make_entity, make_image, make_rubric, make_source, mention
from tests.news.desk import desk_of

pytestmark = pytest.mark.django_db


def of(*articles: Article) -> str:
    return ",".join(str(article.pk) for article in articles)


def do(client, kind: str, *articles: Article, **choice) -> BulkChange:
    response = client.post(f"/admin/news/article/bulk/{kind}/", {"of": of(*articles), **choice})
    assert response.status_code == 302, response.content.decode()
    return BulkChange.objects.latest("pk")


def undo(client, change: BulkChange) -> str:
    address = f"/admin/news/article/bulk/done/{change.pk}/undo/"
    return client.post(address, follow=True).content.decode()


def states(*articles: Article) -> list[str]:
    return [Article.objects.get(pk=article.pk).state for article in articles]


def test_the_list_leads_to_a_page_that_says_what_would_change_and_changes_nothing(anna):
    good, bare = (
        make_article("Good", state="draft"),
        make_article("Bare", state="draft", licence=""),
    )
    chosen = {"action": "change_states", "_selected_action": [good.pk, bare.pk]}
    response = anna.post("/admin/news/article/", chosen)
    page = anna.get(f"{response['Location']}&transition=publish&look=1").content.decode()
    assert "1 article would be changed" in page
    assert "1 would be left as it is" in page
    assert "Publishing still needs: the licence or basis to publish" in page
    assert "This can’t be undone" in page
    assert states(good, bare) == ["draft", "draft"]
    assert not BulkChange.objects.exists()


def test_each_article_is_changed_or_refused_for_itself(anna, client):
    good, bare, out = (
        make_article("Good", state="draft"),
        make_article(state="draft", licence=""),
        make_article(),
    )
    change = do(anna, "state", good, bare, out, transition="publish")
    assert states(good, bare, out) == ["published", "draft", "published"]
    assert "Good" in client.get("/en/").content.decode()
    page = anna.get(f"/admin/news/article/bulk/done/{change.pk}/").content.decode()
    assert "Not possible while it is “Published”." in page
    assert good.revisions.filter(state="published").exists()
    assert "What is out can only be retracted." in undo(anna, change)
    assert states(good) == ["published"]


@pytest.mark.parametrize(
    ("before", "transition", "after"),
    [
        ("draft", "submit", "in_review"),
        ("in_review", "return", "draft"),
        ("draft", "schedule", "scheduled"),
        ("in_review", "schedule", "scheduled"),
        ("scheduled", "return", "draft"),
        ("in_review", "bin", "binned"),
        ("binned", "restore", "draft"),
    ],
)
def test_transitions_are_undone_by_transitions(anna, before, transition, after):
    ahead = timezone.now() + timedelta(days=1)
    article = make_article(state=before, published_at=ahead)
    change = do(anna, "state", article, transition=transition)
    assert states(article) == [after]
    undo(anna, change)
    assert states(article) == [before]
    assert "This has been undone already." in undo(anna, change)


def test_a_rubric_is_set_and_brought_back_but_not_over_a_later_change(anna):
    one, two, same = make_article(), make_article(), make_article(rubric=make_rubric("culture"))
    change = do(anna, "rubric", one, two, same, rubric=make_rubric("culture").pk)
    assert {row["article"] for row in change.done} == {one.pk, two.pk}
    assert Article.objects.filter(rubric__slug="culture").count() == 3
    assert Article.objects.get(pk=one.pk).version > one.version
    Article.objects.filter(pk=two.pk).raise_version()
    assert "Somebody has changed it since." in undo(anna, change)
    assert [Article.objects.get(pk=a.pk).rubric.slug for a in (one, two)] == ["space", "culture"]
    contents = [revision.content for revision in one.revisions.order_by("pk")]
    assert [bool(content) for content in contents] == [True, True, True]


def test_a_mention_is_added_and_removed_and_both_are_undone(anna):
    bare, proposed = make_article(), make_article()
    found = mention(proposed, "esa", Mention.State.FOUND)
    added = do(anna, "mention", bare, proposed, entity="esa", adds="yes")
    assert Mention.objects.accepted().count() == 2
    removed = do(anna, "mention", bare, entity="ESA", adds="no")
    assert bare.mentions.get().state == "refused"
    undo(anna, removed)
    assert bare.mentions.get().state == "accepted"
    undo(anna, added)  # the first has been changed since
    found.refresh_from_db()
    assert (found.state, bare.mentions.count()) == ("found", 1)
    make_entity("esa-2", name_en="ESA")
    unclear = {"of": of(bare), "entity": "ESA", "adds": "yes"}
    page = anna.post("/admin/news/article/bulk/mention/", unclear).content.decode()
    assert "Several are called so. Type which: " in page


def test_rights_and_credit_are_set_and_brought_back(anna):
    article, bare = make_article(image=make_image(credit="ESA")), make_article()
    source = make_source("nasa")
    change = do(anna, "rights", article, bare, source=source.pk, licence="CC0", credit="NASA")
    article.refresh_from_db()
    assert (article.source, article.licence, article.rights_holder) == (source, "CC0", "The agency")
    assert article.image.credit == "NASA"
    undo(anna, change)
    article = Article.objects.get(pk=article.pk)
    assert (article.source.slug, article.licence) == ("agency", "CC BY 4.0")
    assert article.image.credit == "ESA"
    only_credit = do(anna, "rights", bare, credit="NASA")
    assert only_credit.refused[0]["why"] == "It has no picture."
    assert (
        "Fill in what is to be changed."
        in anna.post("/admin/news/article/bulk/rights/", {"of": of(bare)}).content.decode()
    )


def test_only_who_may_publish_publishes_many(client):
    article = make_article(state="draft")
    author, translator = desk_of("w", "author"), desk_of("t", "translator")
    sent = {"of": of(article), "transition": "publish"}
    assert author.post("/admin/news/article/bulk/state/", sent).status_code == 200
    assert states(article) == ["draft"]
    mention_sent = {"of": of(article), "entity": "esa", "adds": "yes"}
    assert translator.post("/admin/news/article/bulk/mention/", mention_sent).status_code == 403
    assert client.post("/admin/news/article/bulk/state/", sent).status_code == 302
    assert author.get("/admin/news/article/bulk/nonsense/").status_code == 404
    assert not BulkChange.objects.exists()


def test_an_undo_lets_nobody_schedule_who_may_not_publish(anna):
    writer = desk_of("writer", "author")
    author = User.objects.get(username="writer")
    tomorrow = timezone.now() + timedelta(days=1)
    article = make_article(state="scheduled", author=author, published_at=tomorrow)
    change = do(anna, "state", article, transition="return")
    assert "You may not publish or retract." in undo(writer, change)
    assert states(article) == ["draft"]
