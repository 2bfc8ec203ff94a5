"""Do scheduled articles come out at their hour, whatever is killed? Seconds late, and what is lost.

A real Celery worker and beat, started again as soon as they are dead, as systemd would; a real
PostgreSQL and Valkey. While articles fall due, evenly over the run, the worker, its processes and
beat are killed with kill -9, Valkey is emptied and killed, PostgreSQL crashes. It fails if an
article stays in, comes out twice, or comes out later than it may.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from statistics import median

from tqdm import tqdm

from benchmarks.chaos_victims import Servers, children_of, kill_group
from benchmarks.digest_chaos import reconnect
from benchmarks.serving import portal
from portal.supervisor import die_with_parent

MOST_LATE = 30  # seconds
_COMMANDS = {
    "worker": "worker --concurrency 2 --without-mingle --without-gossip",
    "beat": "beat",
}
_BLOWS = ["beat", "worker", "process", "flush", "kill valkey", "crash postgres"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=24, help="blows, of six kinds in turn")
    parser.add_argument("--seconds", type=int, default=240, help="in which articles fall due")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vestnik-schedule-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with portal(keep=folder / "services"):
            sys.exit(_run(folder, options.articles, options.kills, options.seconds))


def _run(folder: Path, articles: int, kills: int, seconds: int) -> int:
    _fill(articles, seconds)
    servers, made = Servers(folder / "services"), Counter[str]()
    with servers.running(), _kept_alive(folder) as programs:
        for number in tqdm(range(kills), desc="blows", unit=""):
            time.sleep(seconds / kills)
            blow = _BLOWS[number % len(_BLOWS)]
            made[blow] += 1
            if blow in ("beat", "worker", "process"):
                programs.kill(blow)
            else:
                reconnect()  # after the crash before
                servers.strike(blow)
        _wait(3 * MOST_LATE)
    return _report(articles, made)


def _fill(number: int, seconds: int) -> None:
    from django.utils import timezone

    from news.models import Article, ArticleText
    from tests.factories import make_article

    first = make_article(state="draft")
    rights = {name: getattr(first, name) for name in ("rubric", "source", "licence")}
    start = timezone.now() + timedelta(seconds=5)
    articles = Article.objects.bulk_create(
        Article(
            state="scheduled",
            published_at=start + timedelta(seconds=seconds * place / number),
            original_language="en",
            rights_holder="The agency",
            **rights,
        )
        for place in range(number)
    )
    ArticleText.objects.bulk_create(
        ArticleText(article=each, language="en", title="T", slug="t", lead="L", body="<p>B</p>")
        for each in articles
    )


class Programs:
    """The worker and beat, each in a group of processes of its own."""

    def __init__(self, folder: Path) -> None:
        self._log = (folder / "programs.log").open("ab")
        self._running = {name: self._start(name) for name in _COMMANDS}

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--quiet", "-A", "portal"),
                *_COMMANDS[name].split(),
            ],
            start_new_session=True,
            stdout=self._log,
            stderr=self._log,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def kill(self, what: str) -> None:
        """Beat, the worker with all its processes, or one of these; the first two start again."""
        if what == "process":
            with suppress(ProcessLookupError, IndexError):
                os.kill(random.choice(children_of(self._running["worker"].pid)), signal.SIGKILL)
            return
        kill_group(self._running[what])
        self._running[what] = self._start(what)

    def end(self) -> None:
        for program in self._running.values():
            kill_group(program)


@contextmanager
def _kept_alive(folder: Path) -> Iterator[Programs]:
    programs = Programs(folder)
    try:
        yield programs
    finally:
        programs.end()


def _wait(seconds: int) -> None:
    from news.models import Article

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(Exception):  # the database may be away
            if not Article.objects.filter(state="scheduled").exists():
                return
        reconnect()
        time.sleep(0.5)


def _report(articles: int, made: Counter[str]) -> int:
    from news.models import ArticleRevision

    for blow, number in sorted(made.items()):
        print(f"{blow}: {number}")
    out = ArticleRevision.objects.filter(state="published")
    moments = list(out.values_list("article", "saved_at", "published_at"))
    late = [(saved - due).total_seconds() for _pk, saved, due in moments if due]
    published = Counter(pk for pk, _saved, _due in moments)
    lost, doubled = articles - len(published), sum(n > 1 for n in published.values())
    print(
        f"articles={articles} kills={made.total()} lost={lost} doubled={doubled} "
        f"late_max_s={max(late):.1f} late_median_s={median(late):.1f}"
    )
    return 0 if not lost and not doubled and max(late) <= MOST_LATE else 1


if __name__ == "__main__":
    main()
