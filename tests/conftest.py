from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from pytest_django import Settings
from xdist.scheduler import LoadFileScheduling


class OneBrowser(LoadFileScheduling):
    """A file's tests stay in one worker, and those in the browser all: they share a portal."""

    def _split_scope(self, nodeid: str) -> str:
        scope = super()._split_scope(nodeid)
        return "tests/browser" if scope.startswith("tests/browser/") else scope


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return OneBrowser(config, log)


@pytest.fixture(autouse=True)
def clean_surroundings(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Every test starts in English with an empty cache, and writes files to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PAGE_CACHE_SECONDS = 0  # tests of the page cache switch it on
    # Readers of tests are no newcomers, unless a test is about those.
    settings.FIRST_COMMENTS_HELD = settings.COMMENTS_UNTIL_TRUSTED = 0
    cache.clear()
    # A request leaves its language behind in the thread; in production the next one sets its own.
    with translation.override(settings.LANGUAGE_CODE):
        yield
