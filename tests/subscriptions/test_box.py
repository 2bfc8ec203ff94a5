"""The one-field form that stands on pages of every app."""

import re

import pytest
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory

pytestmark = pytest.mark.django_db

TWO_BOXES = Template("{% load subscriptions %}{% subscription_box %}{% subscription_box %}")


def test_the_box_stands_on_the_front_page_and_sets_no_cookie(client: Client) -> None:
    answer = client.get("/en/")
    assert 'class="subscription-box"' in answer.content.decode()
    assert not client.cookies


def test_two_boxes_on_one_page_share_no_id() -> None:
    page = TWO_BOXES.render(RequestContext(RequestFactory().get("/en/"), {}))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 4


def test_the_box_needs_no_request() -> None:
    assert "<form" in TWO_BOXES.render(Context())


def test_the_box_knows_the_way_back_and_asks_for_the_time_zone() -> None:
    page = TWO_BOXES.render(RequestContext(RequestFactory().get("/en/articles/"), {}))
    assert 'name="next" value="/en/articles/"' in page
    assert "data-time-zone" in page
    assert "csrfmiddlewaretoken" not in page
