"""A private PostgreSQL and Valkey, run from wheels: for development, tests and benchmarks.

Where the environment names no DATABASE_URL and REDIS_URL, `services()` starts them and names them
there, so that settings need not know the difference.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .account import home_of, server_account
from .errors import EmbeddedError
from .files import lock, try_lock, write_private
from .servers import PostgreSQL, Server, Valkey, free_port

__all__ = [
    "VAR",
    "EmbeddedError",
    "Services",
    "email_url",
    "free_port",
    "lock",
    "running_portal",
    "services",
    "write_private",
]

VAR = Path(__file__).resolve().parents[2] / "var"
START_TIMEOUT = 60.0
POLL_INTERVAL = 0.02


@dataclass(frozen=True)
class Services:
    """What `services()` came to: `is_owner` when it started servers, rather than found them."""

    is_owner: bool


@contextmanager
def services(folder: Path | None = None, *, var: Path = VAR) -> Iterator[Services]:
    """Have DATABASE_URL and REDIS_URL in the environment for as long as the block runs.

    What the environment names already is left alone; only with both is nothing done. With a
    `folder`, private servers keep their data there, unsafely and fast, and delete it at the end.
    Without one, the servers of the checkout are used: started by the first process that needs
    them, shared by the others, with their data and their record in `var`. A SECRET_KEY is kept
    there too, if the environment has none.

    To be entered in the main thread: the servers end with the thread that started them.
    """
    missing = [server for server in (PostgreSQL, Valkey) if not os.environ.get(server.variable)]
    with ExitStack() as stack:
        variables: dict[str, str] = {}
        is_owner = False
        if missing and folder:
            variables, is_owner = stack.enter_context(_private(missing, folder)), True
        elif missing:
            variables, is_owner = stack.enter_context(_of_checkout(missing, var))
        if missing and not os.environ.get("SECRET_KEY"):
            variables["SECRET_KEY"] = _secret_key(folder or var)
        stack.enter_context(_environment(variables))
        yield Services(is_owner)


def email_url(var: Path = VAR) -> str | None:
    """The address of the mail sink of this checkout's `make run`, if one is running."""
    running = running_portal(var)
    return running["email_url"] if running else None


def running_portal(var: Path = VAR) -> dict[str, str] | None:
    """The addresses of this checkout's `make run` (web, mail, email_url), if one is running."""
    try:
        addresses = json.loads((var / "run.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    with lock(var / "run.lock", shared=True) as is_free:  # a killed run leaves its file behind
        return None if is_free else addresses


@contextmanager
def _private(servers: Sequence[type[Server]], folder: Path) -> Iterator[dict[str, str]]:
    folder.mkdir(parents=True, exist_ok=True)
    with lock(folder / "embedded.lock") as is_ours:
        if not is_ours:
            raise EmbeddedError(f"Another process runs its servers in {folder}.")
        with _running(servers, folder, is_durable=False) as urls:
            yield urls


@contextmanager
def _of_checkout(
    servers: Sequence[type[Server]], var: Path
) -> Iterator[tuple[dict[str, str], bool]]:
    """Yields the URLs by variable, and whether we own the servers.

    Holding `embedded.lock` makes the owner, and `embedded.json` is its record. A share of
    `embedded.users` keeps the owner from stopping.
    """
    var.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        with lock(var / "embedded.lock") as is_ours:
            if is_ours:
                with _recorded(servers, var) as urls:
                    yield urls, True
                return
        with lock(var / "embedded.users", shared=True):
            if found := _answering(servers, var):
                yield found, False
                return
        time.sleep(POLL_INTERVAL)
    raise EmbeddedError(
        f"Another process holds {var / 'embedded.lock'}, but its PostgreSQL and Valkey don't "
        f"answer. Stop it, or set DATABASE_URL and REDIS_URL."
    )


@contextmanager
def _recorded(servers: Sequence[type[Server]], var: Path) -> Iterator[dict[str, str]]:
    record = var / "embedded.json"
    record.unlink(missing_ok=True)  # a killed owner's
    names = " and ".join(server.name for server in servers)
    print(f"Starting {names}…", file=sys.stderr, flush=True)
    with _running(servers, var, is_durable=True) as urls:
        write_private(record, json.dumps(urls))
        try:
            yield urls
        finally:
            record.unlink(missing_ok=True)
            _wait_for_users(var / "embedded.users")


def _wait_for_users(path: Path) -> None:
    with path.open("a") as file:
        if not try_lock(file):
            message = "Another command still uses the database: waiting for it (Ctrl-C: stop now)."
            print(message, file=sys.stderr, flush=True)
            with suppress(KeyboardInterrupt):
                fcntl.flock(file, fcntl.LOCK_EX)


def _answering(servers: Sequence[type[Server]], var: Path) -> dict[str, str] | None:
    """The recorded URLs of the servers; None while the owner isn't ready, or when it is gone."""
    try:
        record = json.loads((var / "embedded.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    for server in servers:
        if server.variable not in record:
            raise EmbeddedError(
                f"The running command of this checkout was given its own {server.variable}: "
                f"set the same here, or stop that command."
            )
    urls = {server.variable: record[server.variable] for server in servers}
    return urls if all(server.answers(urls[server.variable]) for server in servers) else None


@contextmanager
def _running(
    servers: Sequence[type[Server]], folder: Path, *, is_durable: bool
) -> Iterator[dict[str, str]]:
    home = home_of(folder)
    account = server_account()
    with ExitStack() as stack:
        if not is_durable:
            stack.callback(shutil.rmtree, home, ignore_errors=True)
        yield {
            server.variable: stack.enter_context(server(home, account, is_durable).running())
            for server in servers
        }


def _secret_key(folder: Path) -> str:
    path = folder / "secret-key"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(50))
    return path.read_text()


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    previous = {name: os.environ[name] for name in variables if name in os.environ}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            os.environ.pop(name, None)
        os.environ.update(previous)
