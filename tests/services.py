"""A pytest plugin that brings PostgreSQL and Valkey; pyproject.toml loads it with `-p`.

It acts when it is imported, since pytest-django reads the settings before any hook of ours runs.
Workers of pytest-xdist inherit the servers and get a database of their own on each. Where
PostgreSQL is ours, VESTNIK_TESTS_FOLDER is where they agree on who migrates (tests/conftest.py).
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal import embedded

_stack = ExitStack()
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")

os.environ.update(
    {"SECRET_KEY": "only-for-tests-" + "x" * 40, "DEBUG": "false", "TIME_ZONE": "UTC"}
)
os.environ.setdefault("SITE_URL", "http://testserver")
if not _worker:
    _folder = _stack.enter_context(tempfile.TemporaryDirectory(prefix="vestnik-tests-"))
    Path(_folder).chmod(0o755)
    if "DATABASE_URL" not in os.environ:
        os.environ["VESTNIK_TESTS_FOLDER"] = _folder
    _stack.enter_context(embedded.services(Path(_folder)))
elif _worker.startswith("gw"):
    base, _, _database = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{base}/{int(_worker[2:]) + 1}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _stack.close()
