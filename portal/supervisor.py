"""One process that runs several: starts them, relays their output, and stops them together."""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import FrameType

COLOURS = (36, 33, 35, 32, 34)
PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Child:
    """A command to run; `environment` adds to the supervisor's own."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def run(children: Sequence[Child], *, grace: float = 15.0) -> int:
    """Run the children until one ends or INT or TERM asks to stop; return the exit code.

    The first signal asks every child to stop with TERM; a second one, or `grace` seconds,
    kills their process groups. The code is 0 after a requested stop, and 1 when a child
    ended by itself, which stops the others. To be called in the main thread.
    """
    events: SimpleQueue[_Process | int] = SimpleQueue()
    processes: list[_Process] = []
    with _signals_put_into(events):
        try:
            for child, label in zip(children, _labels(children), strict=True):
                processes.append(_Process(child, label, events))
            return _stop_after_first_event(processes, events, grace)
        finally:
            for process in processes:
                process.kill_group()


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """A `preexec_fn` that has the kernel send the signal when the starting thread ends.

    Without it `kill -9` on a parent would orphan its children. Other systems than Linux have
    no such thing, and there it does nothing.
    """
    parent = os.getpid()

    def preexec() -> None:
        if _LIBC:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(signal_number))
            if os.getppid() != parent:  # the parent died before the call above
                os.kill(os.getpid(), signal.SIGKILL)

    return preexec


class _Process:
    """A started child; puts itself into `events` when it ends."""

    def __init__(self, child: Child, label: str, events: SimpleQueue[_Process | int]) -> None:
        self.name = child.name
        self._label = label
        self._events = events
        self._popen = subprocess.Popen(
            child.argv,
            env={**os.environ, **child.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        self._relaying = threading.Thread(target=self._relay_output, daemon=True)
        self._relaying.start()
        threading.Thread(target=self._report_end, daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        return self._popen.returncode

    def terminate(self) -> None:
        """Ask the child alone: it knows best in which order to stop its own children."""
        self._popen.terminate()

    def kill_group(self) -> None:
        """Kill what is left of the child and its descendants, and relay its last words."""
        with suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for a zombie
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._relaying.join(timeout=1)

    def _relay_output(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            _say(self._label + line.rstrip("\n"))

    def _report_end(self) -> None:
        self._popen.wait()
        self._events.put(self)


@contextmanager
def _signals_put_into(events: SimpleQueue[_Process | int]) -> Iterator[None]:
    def handle(number: int, frame: FrameType | None) -> None:
        events.put(number)  # SimpleQueue.put is reentrant, made for handlers like this

    previous = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _stop_after_first_event(
    processes: Sequence[_Process], events: SimpleQueue[_Process | int], grace: float
) -> int:
    first = events.get()
    if isinstance(first, _Process):
        _say(f"{first.name} ended with exit code {first.exit_code}: stopping everything.")
    alive = {process for process in processes if process.exit_code is None}
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + grace
    while alive:
        try:
            event = events.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            _say(f"Still running after {grace:g} s, killed: {_names(alive)}.")
            break
        if isinstance(event, int):
            _say(f"Asked twice, killed: {_names(alive)}.")
            break
        alive.discard(event)
    return 1 if isinstance(first, _Process) else 0


def _names(processes: set[_Process]) -> str:
    return ", ".join(sorted(process.name for process in processes))


def _labels(children: Sequence[Child]) -> list[str]:
    width = max((len(child.name) for child in children), default=0)
    labels = [f"{child.name:<{width}} | " for child in children]
    if sys.stdout.isatty():
        return [
            f"\033[{colour}m{label}\033[0m"
            for label, colour in zip(labels, itertools.cycle(COLOURS))
        ]
    return labels


def _say(line: str) -> None:
    """Write a whole line at once, so that the children's lines don't mix."""
    with suppress(OSError):  # the terminal is gone: stopping goes on without it
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
