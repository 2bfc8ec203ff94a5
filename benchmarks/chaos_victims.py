"""What is struck in a run of `digest_chaos`: workers and servers, and how each comes back."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import smtp_sink
from portal.embedded.account import home_of
from portal.supervisor import die_with_parent

WORKERS = 2
_COMMAND = (
    "-m celery --quiet -A portal worker --loglevel critical --concurrency 3 "
    "--queues celery,digest --without-mingle --without-gossip --hostname"
)


class Workers:
    """Celery workers, each with its pool of processes, of which some are senders at the moment."""

    def __init__(self, folder: Path, sink_port: int) -> None:
        self._folder, self._sink_port = folder, sink_port
        self._parents: list[subprocess.Popen[bytes]] = []
        self._started = 0

    @contextmanager
    def running(self) -> Iterator["Workers"]:
        self._parents = [self._start() for _ in range(WORKERS)]
        try:
            yield self
        finally:
            for parent in self._parents:
                kill_group(parent)

    def _start(self) -> "subprocess.Popen[bytes]":
        self._started += 1
        command = [sys.executable, *_COMMAND.split(), f"w{self._started}@chaos"]
        log = (self._folder / "workers.log").open("ab")
        return subprocess.Popen(
            command,
            start_new_session=True,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def kill(self, sink: smtp_sink.Sink) -> Counter[str]:
        """One blow: at a process at random, at a sender at a chosen step, or at a whole worker."""
        while not (killed := self._blow(sink)):
            time.sleep(0.2)  # whom it was meant for had just ended
        return killed

    def _blow(self, sink: smtp_sink.Sink) -> Counter[str]:
        kind = random.choices(["random", "aimed", "worker"], [4, 5, 1])[0]
        if kind == "worker":
            return self._kill_worker()
        step = random.choice(smtp_sink.STEPS) if kind == "aimed" else ""
        victim = self._sender_of(sink.aim(step)) if step else None
        if victim is None:
            step, victim = "at random", random.choice(self._senders() or self._children() or [0])
        if not victim:
            return Counter()
        return self._killed(victim, f"killed {step}")

    def _killed(self, victim: int, name: str) -> Counter[str]:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return Counter()
        return Counter([name])

    def _kill_worker(self) -> Counter[str]:
        place = random.randrange(len(self._parents))
        senders = len(set(self._senders()) & set(children_of(self._parents[place].pid)))
        kill_group(self._parents[place])
        self._parents[place] = self._start()
        return Counter({"killed with its whole worker": max(senders, 1)})

    def sleep(self, seconds: float) -> Counter[str]:
        """A sender stands still until others have taken over, and then wakes."""
        if not (senders := self._senders()):
            return Counter()
        victim = random.choice(senders)
        os.kill(victim, signal.SIGSTOP)
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGCONT)
        return Counter(["sleep"])

    def _children(self) -> list[int]:
        return [child for parent in self._parents for child in children_of(parent.pid)]

    def _senders(self) -> list[int]:
        """Those with a connection to the mail server."""
        inodes = _sockets(lambda local, remote: remote == self._sink_port)
        return [child for child in self._children() if inodes & _open_sockets(child)]

    def _sender_of(self, port: int | None) -> int | None:
        inodes = _sockets(lambda local, remote: local == port) if port else set()
        return next((c for c in self._children() if inodes & _open_sockets(c)), None)


class Servers:
    """PostgreSQL, which recovers by itself, and Valkey, which comes back empty."""

    def __init__(self, var: Path) -> None:
        self._pid = int((home_of(var) / "valkey.pid").read_text())
        self._program = Path(f"/proc/{self._pid}/exe").readlink()
        self._url = urlsplit(os.environ["REDIS_URL"])

    def strike(self, blow: str) -> None:
        {
            "flush": self._flush,
            "kill valkey": self._kill_valkey,
            "crash postgres": self._crash_postgres,
        }[blow]()

    def _flush(self) -> None:
        from news.redis_client import client

        client().flushall()

    def _kill_valkey(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        time.sleep(1)
        configuration = (
            f"bind 127.0.0.1\nport {self._url.port}\nrequirepass {self._url.password}\n"
            'appendonly no\nsave ""\ndatabases 256\ndir /tmp\n'
        )
        server = subprocess.Popen(
            [self._program, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        assert server.stdin
        server.stdin.write(configuration.encode())
        server.stdin.close()
        self._pid = server.pid

    @contextmanager
    def running(self) -> Iterator["Servers"]:
        """In the end, the Valkey that was started here is stopped here."""
        try:
            yield self
        finally:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGTERM)

    def _crash_postgres(self) -> None:
        """A backend dies of kill -9: PostgreSQL drops all, and recovers from its log."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                "AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
            )
            row = cursor.fetchone()
        if row:
            os.kill(row[0], signal.SIGKILL)


def kill_group(parent: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(parent.pid, signal.SIGKILL)
    parent.wait()


def children_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _sockets(is_wanted: Callable[[int, int], bool]) -> set[str]:
    """Inodes of TCP connections, chosen by their local and remote port."""
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        local, remote = (int(fields[n].rpartition(":")[2], 16) for n in (1, 2))
        if is_wanted(local, remote):
            inodes.add(fields[9])
    return inodes


def _open_sockets(pid: int) -> set[str]:
    inodes = set()
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                target = str(link.readlink())
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
    return inodes
