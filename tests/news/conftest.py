import pytest

from tests.factories import make_article
from tests.news.desk import desk_of


@pytest.fixture
def article():
    """A draft."""
    return make_article("Probe lands", state="draft")


@pytest.fixture
def anna():
    """The browser of an editor."""
    return desk_of("anna")
