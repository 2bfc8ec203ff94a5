import fcntl
import gc
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings
from xdist.scheduler import LoadFileScheduling

from news import generations
from news.redis_client import client as redis_client
from portal import page_cache
from tests.subscriptions.sink import Sink, running_sink

IN_BROWSER = "tests/browser"


class OneBrowser(LoadFileScheduling):
    """A file's tests stay in one worker, and those in the browser all: they share a portal."""

    def _split_scope(self, nodeid: str) -> str:
        scope = super()._split_scope(nodeid)
        return IN_BROWSER if scope.startswith(f"{IN_BROWSER}/") else scope


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's first: they take one worker longest, and the other does the rest meanwhile."""
    items.sort(key=lambda item: not item.nodeid.startswith(f"{IN_BROWSER}/"))


def pytest_collection_finish() -> None:
    """What is there now stays: looked through for garbage again and again, it costs a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return OneBrowser(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Workers copy the database that the first of them has migrated, which takes ten seconds."""
    folder = os.environ.get("VESTNIK_TESTS_FOLDER")
    if "PYTEST_XDIST_WORKER" in os.environ and folder:
        with django_db_blocker.unblock():
            _migrate_once(Path(folder))
        connection.settings_dict["TEST"]["TEMPLATE"] = connection.settings_dict["NAME"]


def _migrate_once(folder: Path) -> None:
    """What DATABASE_URL names, which no test uses otherwise. Nobody may be connected afterwards."""
    with (folder / "migrating").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "migrated").exists():
            call_command("migrate", verbosity=0)
            connection.close()
            connection.close_pool()
            (folder / "migrated").touch()


def _fill_as_migrations_did(**_signal: object) -> None:
    """Whoever empties all tables by `flush` empties those of migrations, too."""
    import_module("portal.migrations.0002_roles").create_roles(apps, None)
    import_module("comments.migrations.0003_first_spam_phrases").fill(apps, None)


post_migrate.connect(_fill_as_migrations_did, sender=apps.get_app_config("portal"))

# What tests with transactions of their own may read, and must leave as it is.
FILLED_BY_MIGRATIONS = {
    *("django_migrations", "django_content_type", "comments_spamphrase"),
    *("auth_permission", "auth_group", "auth_group_permissions"),
}


def _empty_what_was_written(_case: TransactionTestCase) -> None:
    """After a test with transactions of its own. Django's `flush` takes a second for it."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - FILLED_BY_MIGRATIONS
        filled = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
        cursor.execute(" UNION ALL ".join(filled))
        written = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")  # no triggers, no order
        for name in written:
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute("SET session_replication_role = DEFAULT")


TransactionTestCase._fixture_teardown = _empty_what_was_written


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


@pytest.fixture
def kept_pages(settings: Settings) -> Iterator[None]:
    """Pages are kept for visitors, and none is there yet."""
    settings.PAGE_CACHE_SECONDS = 30
    redis_client().flushdb()
    page_cache.forget_everything()
    yield
    page_cache.forget_everything()


@pytest.fixture
def counted_changes() -> Iterator[None]:
    """As on a running portal: changes are counted, so what seldom changes is remembered."""
    redis_client().set(generations.key_of(generations.NEWS), uuid4().hex)
    yield
    redis_client().delete(generations.key_of(generations.NEWS))


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A real mail server, where all mail goes."""
    with running_sink() as (sink, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink
