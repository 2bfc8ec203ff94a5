"""Views a second that the portal counts, and whether the counts are right after killing workers.

Browsers report views to the real web server, each one another reader. First nobody flushes, and
PostgreSQL is asked what was written meanwhile. Then workers flush without a pause and are killed
with kill -9 again and again. In the end articles must hold every view that was answered, once.
"""

import argparse
import os
import random
import time
from collections import Counter
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from benchmarks.beacons import send
from benchmarks.serving import portal, web_server

ARTICLES = 100


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--views", type=int, default=20_000, help="in each of the two parts")
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with portal():
        _fill()
        figures = _measure_speed(options.views)
        figures |= _measure_losses(options.views, options.kills)
    print(" ".join(f"{name}={value}" for name, value in figures.items()))


def _fill() -> None:
    from benchmarks.growth_rows import fill
    from news.models import Article

    fill(ARTICLES, 0, "articles")
    Article.objects.update(state=Article.State.PUBLISHED, views=0)


def _measure_speed(views: int) -> dict[str, object]:
    written = _rows_written()
    with web_server(TRUSTED_PROXY_COUNT="1") as port:
        start, processor = time.perf_counter(), _processor_seconds_of_web()
        answered = sum(send(port, views, ARTICLES, first_reader=0).values())
        seconds = time.perf_counter() - start
        processor = _processor_seconds_of_web() - processor
    written = _rows_written() - written
    assert _flushed() == answered, "not every view was counted"
    return {
        "views_per_second": round(answered / seconds),
        "views_per_processor_second": round(answered / processor),
        "database_writes_per_view": f"{written / answered:.4f}",
    }


def _rows_written() -> int:
    """Into any table, since the database was made."""
    from django.db import connection

    time.sleep(1.5)  # until other backends have told what they did
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0])


def _processor_seconds_of_web() -> float:
    """Of all processes of granian that we have started."""
    seconds = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # ended meanwhile
            command = (folder / "cmdline").read_bytes()
            group = os.getpgid(int(folder.name))
            if b"granian" in command and group == os.getpgrp():
                nanoseconds = (task / "schedstat" for task in (folder / "task").iterdir())
                seconds += sum(int(path.read_text().split()[0]) for path in nanoseconds) / 1e9
    return seconds


def _measure_losses(views: int, kills: int) -> dict[str, object]:
    """Views come in parts, and in each part a worker is killed once at some moment."""
    before = _views()
    answered: Counter[int] = Counter()
    with web_server(TRUSTED_PROXY_COUNT="1") as port:
        for number in tqdm(range(kills), desc="killed", unit=" workers"):
            worker = _Worker()
            first = views * (number + 1)
            answered += send(port, views // kills, ARTICLES, first_reader=first)
            worker.kill()
    _flushed()
    after = _views()
    lost = sum(max(0, answered[pk] - after[pk] + before[pk]) for pk in after)
    doubled = sum(max(0, after[pk] - before[pk] - answered[pk]) for pk in after)
    return {"views": sum(answered.values()), "kills": kills, "lost": lost, "doubled": doubled}


class _Worker:
    """Flushes from now on, as fast as it can; forked from a process that has Django ready."""

    def __init__(self) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["benchmarks.flushing"])
        from benchmarks.flushing import flush_for_ever

        self._process = context.Process(target=flush_for_ever, daemon=True)
        self._process.start()

    def kill(self) -> None:
        time.sleep(random.uniform(0, 0.05))
        assert self._process.is_alive()
        self._process.kill()
        self._process.join()


def _flushed() -> int:
    """Flush as the next worker would; returns all views."""
    from news import views_counter

    views_counter.flush()
    return sum(_views().values())


def _views() -> dict[int, int]:
    from news.models import Article

    return dict(Article.objects.values_list("pk", "views"))


if __name__ == "__main__":
    main()
