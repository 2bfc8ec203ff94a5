"""The supervisor and its children, as real processes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUPERVISOR = """
import json, sys
from portal.supervisor import Child, run
children = [Child(name, ["sh", "-c", script], {"GREETING": "hello"})
            for name, script in json.loads(sys.argv[1]).items()]
sys.exit(run(children, grace=float(sys.argv[2])))
"""
OBEDIENT = "echo $$; exec sleep 1000"
STUBBORN = "trap '' TERM; echo $$; while :; do sleep 1; done"


@pytest.mark.parametrize("request_to_stop", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_stop_ends_all_children_with_code_0(request_to_stop: signal.Signals) -> None:
    with supervised(web=OBEDIENT, worker=OBEDIENT) as supervisor:
        children = printed_pids(supervisor, 2)
        supervisor.send_signal(request_to_stop)
        assert supervisor.wait(10) == 0
    assert not any(is_running(pid) for pid in children)


def test_the_end_of_one_child_stops_the_others_with_code_1() -> None:
    with supervised(web=OBEDIENT, worker="sleep 0.5; exit 3") as supervisor:
        (web,) = printed_pids(supervisor, 1)
        output, _ = supervisor.communicate(timeout=10)
    assert supervisor.returncode == 1
    assert "worker ended with exit code 3" in output
    assert not is_running(web)


def test_a_child_that_ignores_the_request_is_killed_after_the_grace() -> None:
    with supervised(grace=0.5, web=OBEDIENT, worker=STUBBORN) as supervisor:
        children = printed_pids(supervisor, 2)
        supervisor.terminate()
        output, _ = supervisor.communicate(timeout=10)
    assert supervisor.returncode == 0
    assert "killed: worker" in output
    assert not any(is_running(pid) for pid in children)


def test_a_second_request_kills_at_once() -> None:
    with supervised(grace=60, worker=STUBBORN) as supervisor:
        (worker,) = printed_pids(supervisor, 1)
        supervisor.send_signal(signal.SIGINT)
        time.sleep(0.3)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(5) == 0
    assert not is_running(worker)


def test_what_a_child_started_does_not_outlive_it() -> None:
    with supervised(web="sleep 1000 & echo $!; sleep 0.5; exit 1") as supervisor:
        (grandchild,) = printed_pids(supervisor, 1)
        assert supervisor.wait(10) == 1
    assert not is_running(grandchild)


def test_children_end_with_a_killed_supervisor() -> None:
    with supervised(web=OBEDIENT, worker=OBEDIENT) as supervisor:
        children = printed_pids(supervisor, 2)
        supervisor.kill()
    deadline = time.monotonic() + 5
    while any(is_running(pid) for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_lines_carry_the_name_of_their_child() -> None:
    with supervised(web="echo $GREETING", worker="sleep 0.3; printf unfinished") as supervisor:
        output, _ = supervisor.communicate(timeout=10)
    assert output.splitlines()[0] == "web    | hello"
    assert "\033" not in output


@contextmanager
def supervised(grace: float = 10, **scripts: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, json.dumps(scripts), str(grace)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def printed_pids(supervisor: subprocess.Popen[str], count: int) -> list[int]:
    assert supervisor.stdout is not None
    found = [re.search(r"\| (\d+)$", supervisor.stdout.readline()) for _ in range(count)]
    return [int(match[1]) for match in found if match]


def is_running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return state.stdout[:1] not in ("", "Z")
