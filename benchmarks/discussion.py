"""Reading a discussion of ten thousand comments against one of a hundred, in every order and depth.

Pages are made by the same process in turn, round after round, without the page cache. Of each page
the median of the faster half of the rounds counts: the slower half tells what else the machine did.
"""

import argparse
import time
from collections.abc import Iterable
from statistics import median
from typing import Any

from tqdm import tqdm

from benchmarks.serving import portal

SMALL, LARGE = 100, 10_000
DEPTHS = (0.1, 0.5, 0.9)  # where the pages begin that are compared with the first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    with portal():
        from django.test.utils import override_settings

        with override_settings(PAGE_CACHE_SECONDS=0):
            small, large = (_talk(size) for size in (SMALL, LARGE))
            _analyze()
            figures = _measure(_pairs(small, large), options.rounds)
            figures |= _count(_all_urls(small) + _all_urls(large))
    print(" ".join(f"{name}={value}" for name, value in figures.items()))


def _talk(size: int) -> Any:
    from comments.models import Discussion
    from tests.crowd import make_talk
    from tests.factories import make_article, make_user

    article = make_article(f"A talk of {size}")
    make_talk(article, [make_user().pk for _ in range(20)], size)
    return Discussion.objects.select_related("article").get(article=article)


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# (what is compared, its address, the address it is compared with)
Pair = tuple[str, str, str]


def _pairs(small: Any, large: Any) -> list[Pair]:
    from comments.reading import SORTS

    pairs = []
    for sort in SORTS:
        query = f"?sort={sort}"
        first = large.get_absolute_url() + query
        pairs.append(("first_page", first, small.get_absolute_url() + query))
        pairs += [("page_depth", url, first) for url in _deeper(large, sort, query)]
        # In one language a hundred comments may not fill a page, so there is nothing to compare.
        in_russian = f"{first}&language=ru"
        deeper = _deeper(large, sort, f"{query}&language=ru")
        pairs += [("page_depth", url, in_russian) for url in deeper]
    thread, more = _thread(large)
    return [*pairs, *(("page_depth", url, thread) for url in more)]


def _deeper(discussion: Any, sort: str, query: str) -> Iterable[str]:
    """Pages that begin deep in `sort`."""
    from comments.reading import SORTS

    order = SORTS[sort][1]
    roots = discussion.comments.all() if sort == "flat" else discussion.comments.roots()
    names = [column.lstrip("-") for column in order]
    rows = list(roots.order_by(*order).values_list(*names))
    for depth in DEPTHS:
        cursor = "~".join(str(value) for value in rows[int(len(rows) * depth)])
        yield f"{discussion.get_absolute_url()}{query}&after={cursor}"


def _thread(discussion: Any) -> tuple[str, list[str]]:
    """The longest thread alone, and pages deep in it."""
    root = discussion.comments.roots().order_by("-thread_size").first()
    thread = list(discussion.comments.filter(root_seq=root.seq).order_by("path"))
    url = f"{discussion.get_absolute_url()}{root.seq}/"
    fitting = len(thread) - 60  # so that the page is as full as the first
    return url, [f"{url}?after={thread[int(fitting * depth)].seq}" for depth in DEPTHS]


def _all_urls(discussion: Any) -> list[str]:
    from comments.reading import SORTS

    base = discussion.get_absolute_url()
    firsts = [f"{base}?sort={sort}{more}" for sort in SORTS for more in ("", "&language=en")]
    deeper = [url for sort in SORTS for url in _deeper(discussion, sort, f"?sort={sort}")]
    deepest = discussion.comments.order_by("-depth").first()
    root = discussion.comments.roots().order_by("-thread_size").first()
    return [*firsts, *deeper, f"{base}{deepest.seq}/", f"{base}{root.seq}/", f"{base}1/?after=1"]


def _measure(pairs: list[Pair], rounds: int) -> dict[str, str]:
    """The worst ratio of each kind; which page it was goes to the progress."""
    client = _client()
    urls = {url for _kind, *both in pairs for url in both}
    for url in urls:
        _seconds(client, url)
    times: dict[str, list[float]] = {url: [] for url in urls}
    for _ in tqdm(range(rounds), desc="rounds", leave=False):
        for url in urls:
            times[url].append(_seconds(client, url))
    worst: dict[str, tuple[float, str]] = {}
    for kind, url, reference in pairs:
        ratio = _typical(times[url]) / _typical(times[reference])
        worst[kind] = max(worst.get(kind, (0.0, "")), (ratio, url))
    for kind, (ratio, url) in worst.items():
        tqdm.write(f"{kind}: {ratio:.2f} at {url}")
    return {f"{kind}_ratio_max": f"{ratio:.2f}" for kind, (ratio, _url) in worst.items()}


def _typical(seconds: list[float]) -> float:
    return median(sorted(seconds)[: (len(seconds) + 1) // 2])


def _client() -> Any:
    from django.test import Client

    return Client(headers={"host": "127.0.0.1"})


def _seconds(client: Any, url: str) -> float:
    begin = time.perf_counter()
    response = client.get(url)
    seconds = time.perf_counter() - begin
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
    return seconds


def _count(urls: list[str]) -> dict[str, str]:
    """Queries and kibibytes of the most expensive page, for visitors and for a reader."""
    from news import generations
    from tests.factories import make_user

    generations.bump(generations.NEWS)  # from here on what all pages show is remembered
    visitor, reader = _client(), _client()
    reader.force_login(make_user())
    signed_out = [_cost(visitor, url) for url in urls]
    signed_in = [_cost(reader, url) for url in urls]
    return {
        "queries_signed_out_max": str(max(queries for queries, _size in signed_out)),
        "queries_signed_in_max": str(max(queries for queries, _size in signed_in)),
        "html_kib_max": f"{max(size for _queries, size in signed_out + signed_in) / 1024:.0f}",
    }


def _cost(client: Any, url: str) -> tuple[int, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    return len(queries), len(response.content)


if __name__ == "__main__":
    main()
