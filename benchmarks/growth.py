"""How pages slow down as the portal grows: each kind of page in a small and in a large portal.

Both are made by this program and asked in turn in the same run, without the cache of whole pages.
The time of a page is that of the processor, in Python and in PostgreSQL together, so that it means
the same on a busy machine. Its growth is the 95th percentile in the large portal over that in the
small one.
"""

import argparse
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import psycopg
from tqdm import tqdm

from benchmarks.growth_site import Answer, Site, site
from benchmarks.serving import portal

SMALL = (1_000, 5_000)
MODERATE, FULL = (20_000, 100_000), (200_000, 1_000_000)
LIMIT = 1.5


def main() -> None:
    options = _options()
    with portal(options.keep), ExitStack() as stack:
        urls = _databases()
        small, large = (
            stack.enter_context(site(name, url))
            for name, url in zip(("small", "large"), urls, strict=True)
        )
        small.fill(*options.small)
        large.fill(*options.large)
        _report(_measure([small, large], options.rounds, options.only))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = {"nargs": 2, "type": int, "metavar": ("ARTICLES", "COMMENTS")}
    parser.add_argument("--small", default=SMALL, **sizes)
    parser.add_argument("--large", default=MODERATE, **sizes)
    parser.add_argument(
        "--full", action="store_const", const=FULL, dest="large", help="--large 200000 1000000"
    )
    parser.add_argument("--rounds", type=int, default=24, help="requests for each kind and size")
    parser.add_argument("--only", default="", help="kinds whose names begin with this")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep both portals here, and use what is there"
    )
    return parser.parse_args()


def _databases() -> tuple[str, str]:
    """URLs of the database with the portal's tables and of a copy of it."""
    from django.db import connections

    connections["default"].close_pool()  # type: ignore[attr-defined]
    connections.close_all()
    small = os.environ["DATABASE_URL"]
    parts = urlsplit(small)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = 'large'").fetchone():
            server.execute(f"CREATE DATABASE large TEMPLATE {parts.path.strip('/')}")
        # What other processors would do is work as well, and would not be counted.
        server.execute("ALTER SYSTEM SET max_parallel_workers_per_gather = 0")
        server.execute("SELECT pg_reload_conf()")
    return small, urlunsplit(parts._replace(path="/large"))


class Growth(NamedTuple):
    """Of one kind of page, in the small and in the large portal."""

    kind: str
    seconds: tuple[list[float], list[float]]
    answer: Answer  # of the large portal, once

    @property
    def percentiles(self) -> list[float]:
        return [quantiles(seconds, n=20, method="inclusive")[-1] for seconds in self.seconds]

    @property
    def factor(self) -> float:
        small, large = self.percentiles
        return large / small

    @property
    def middle_factor(self) -> float:
        small, large = self.seconds
        return median(large) / median(small)


def _measure(sites: Sequence[Site], rounds: int, only: str) -> list[Growth]:
    pages = [site.pages() for site in sites]
    kinds = [kind for kind in pages[0] if kind.startswith(only)]
    answers = {
        kind: sites[1].answer(pages[1][kind][0])
        for kind in tqdm(kinds, desc="once each", unit=" kinds")
    }
    seconds: dict[str, tuple[list[float], list[float]]] = {kind: ([], []) for kind in kinds}
    for number in tqdm(range(rounds), desc="in turn", unit=" rounds"):
        for kind in kinds:
            for each, urls, taken in zip(sites, pages, seconds[kind], strict=True):
                taken.append(each.seconds(urls[kind][number % len(urls[kind])]))
    return [Growth(kind, seconds[kind], answers[kind]) for kind in kinds]


def _report(pages: list[Growth]) -> None:
    pages.sort(key=lambda page: page.factor)
    print(
        f"{'page':34} {'p95 small':>9} {'p95 large':>9} {'growth':>6}"
        f" {'of medians':>10} queries    kB"
    )
    for page in pages:
        small, large = (f"{seconds * 1000:.0f} ms" for seconds in page.percentiles)
        print(
            f"{page.kind:34} {small:>9} {large:>9} {page.factor:6.2f} {page.middle_factor:10.2f}"
            f" {page.answer.queries:7} {page.answer.bytes / 1000:5.1f}"
        )
    html = [page for page in pages if not page.kind.startswith(("feed", "sitemap", "robots"))]
    figures = {
        "growth_max": f"{pages[-1].factor:.2f}",
        "slowest": pages[-1].kind,
        "growth_median": f"{median(page.factor for page in pages):.2f}",
        "over_1.5": sum(page.factor > LIMIT for page in pages),
        "pages": len(pages),
        "queries_max": max(page.answer.queries for page in html),
        "html_kb_max": f"{max(page.answer.bytes for page in html) / 1000:.1f}",
    }
    print(" ".join(f"{name}={value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
