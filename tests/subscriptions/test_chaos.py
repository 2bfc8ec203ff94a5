"""A short dose of the chaos harness: the digest's promise, with everything killed in mid-run."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

PROMISES = ["lost", "unexplained_duplicates"]


@pytest.fixture(scope="module")
def run() -> "subprocess.CompletedProcess[str]":
    command = "-m benchmarks.digest_chaos --recipients 2000 --kills 20"
    return subprocess.run(
        [sys.executable, *command.split()],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=550,
    )


def test_nothing_is_lost_or_doubled_when_everything_is_killed(
    run: "subprocess.CompletedProcess[str]",
) -> None:
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    figures = dict(re.findall(r"(\w+)=(\d+)", run.stdout.splitlines()[-1]))
    assert [figures[name] for name in PROMISES] == ["0", "0"]
    assert int(figures["kills"]) >= 20
