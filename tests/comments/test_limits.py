"""Nobody writes, or votes, faster than people do; who is told to wait loses nothing they typed."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from comments import limits
from comments.limits import Act
from comments.models import Comment, CommentReport, Discussion
from news.limits import LimitReached
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def request_by(user: object, **meta: str) -> HttpRequest:
    request = RequestFactory().post("/", **meta)
    request.user = user  # type: ignore[assignment]
    return request


def counted(requests: list[HttpRequest], act: Act = Act.POST) -> int:
    passed = 0
    for request in requests:
        try:
            limits.count(request, act)
            passed += 1
        except LimitReached:
            pass
    return passed


@pytest.mark.parametrize("act", list(Act))
def test_an_account_has_its_limit_wherever_it_comes_from(act: Act) -> None:
    vera = make_user()
    requests = [request_by(vera, REMOTE_ADDR=f"10.0.{n // 250}.{n % 250}") for n in range(100)]
    assert counted(requests, act) == limits._OF_ACCOUNT[act][0][0]


def test_forwarded_header_rotation_a_thousand_forged_addresses_are_one_client() -> None:
    forged = [f"{n % 256}.{n // 256}.{n % 99}.7" for n in range(1000)]
    users = [AnonymousUser() for _ in forged]
    for number, user in enumerate(users):
        user.pk = number + 1  # type: ignore[assignment]
    requests = [
        request_by(user, HTTP_X_FORWARDED_FOR=address, HTTP_FORWARDED=f"for={address}")
        for user, address in zip(users, forged, strict=True)
    ]
    assert counted(requests) == 4 * limits._OF_ACCOUNT[Act.POST][0][0]


def test_behind_a_proxy_of_ours_its_word_counts_and_the_visitors_does_not(
    settings: Settings,
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    vera, pavel = make_user(), make_user()
    one = [request_by(vera, HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, 198.51.100.7") for n in range(30)]
    other = [request_by(pavel, HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, 203.0.113.9") for n in range(3)]
    assert counted(one) == 5
    assert counted(other) == 3


def test_a_household_of_ipv6_is_one_client() -> None:
    requests = []
    for number in range(200):
        user = AnonymousUser()
        user.pk = number + 1  # type: ignore[assignment]
        requests.append(request_by(user, REMOTE_ADDR=f"2001:db8:1:2:{number:x}::1"))
    assert counted(requests) == 4 * limits._OF_ACCOUNT[Act.POST][0][0]


def post(client: Client, article: object, body: str = "A thought.", **more: object):
    slug = article.texts.get().slug  # type: ignore[attr-defined]
    url = f"/en/articles/{article.pk}-{slug}/comments/new/"  # type: ignore[attr-defined]
    return client.post(url, {"body": body}, **more)


def test_the_sixth_comment_in_a_minute_waits_and_is_kept(client: Client) -> None:
    article = make_article()
    client.force_login(make_user())
    for number in range(5):
        assert post(client, article, f"Thought number {number}.").status_code == 302
    answer = post(client, article, "And one more thought.")
    assert answer.status_code == 429
    assert "And one more thought." in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 60
    assert Comment.objects.count() == 5


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_without_redis_nothing_is_posted_and_reading_goes_on(
    client: Client, settings: Settings, headers: dict[str, str]
) -> None:
    article = make_article()
    client.force_login(make_user())
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = post(client, article, "My long thought.", headers=headers)
    assert answer.status_code == 503
    assert "My long thought." in answer.content.decode()
    assert not Comment.objects.exists()
    assert client.get(article.get_absolute_url(), follow=True).status_code == 200


def test_a_slow_discussion_takes_one_comment_of_a_reader_at_a_time(client: Client) -> None:
    slow, other = make_article(), make_article()
    Discussion.objects.create(article=slow, state="slow")
    client.force_login(make_user())
    assert [post(client, slow).status_code for _ in range(2)] == [302, 429]
    assert post(client, other).status_code == 302
    client.force_login(make_user())
    assert post(client, slow).status_code == 302


def test_reports_make_a_slow_discussion_slower() -> None:
    from comments import posting

    article = make_article()
    comment = posting.post(article, make_user().pk, "Heated.")
    before = limits.slow_seconds(comment.discussion)
    for _ in range(3):
        CommentReport.objects.create(comment=comment, reporter=make_user(), reason="abuse")
    assert limits.slow_seconds(comment.discussion) == 2 * before
