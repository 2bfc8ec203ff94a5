import pytest
from django.test import Client

from news.models import Article
from portal.models import User
from tests.factories import make_article, make_user


@pytest.fixture
def article() -> Article:
    return make_article("Probe lands")


@pytest.fixture
def reader(client: Client) -> User:
    """Who writes in the client's name."""
    user = make_user("vera")
    client.force_login(user)
    return user
