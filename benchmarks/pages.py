"""Requests a second of pages, against a bare Django view that returns the same bytes.

Same server, same run, in turn, several rounds; the ratio of each round, then the median. Cached
pages come from memory or Redis (`portal.page_cache`), the others from a second server without it.
`cached_over_bare` is the worst of the cached pages.
"""

import argparse
from statistics import median
from urllib.parse import quote

from tqdm import tqdm

from benchmarks.serving import portal, requests_per_second, web_server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    options = parser.parse_args()
    with portal():
        urls = _pages()
        queries = {f"{kind}_{name}": n for name, url in urls.items() for kind, n in _queries(url)}
        with web_server() as keeping, web_server(PAGE_CACHE_SECONDS="0") as making:
            ratios = {}
            for name, url in urls.items():
                ratios |= _ratios(keeping, making, name, url, options.rounds, options.seconds)
    worst = min(ratio for name, ratio in ratios.items() if name.startswith("cached_"))
    figures = {name: f"{ratio:.3f}" for name, ratio in ratios.items()} | {
        **{f"queries_{name}": count for name, count in queries.items()},
        "cached_over_bare": f"{worst:.3f}",
        "queries_cached": max(n for name, n in queries.items() if name.startswith("cached_")),
        "queries_uncached": queries["uncached_article"],
    }
    print(" ".join(f"{name}={figure}" for name, figure in figures.items()))


def _pages() -> dict[str, str]:
    """The demo's pages, and an article with thirty comments among them."""
    from django.core.management import call_command

    from news import generations
    from news.models import Article

    call_command("load_demo")
    generations.bump(generations.NEWS)  # as on any portal where something was published today
    discussed = Article.objects.in_language("en").filter(comment_count__range=(20, 40))
    article = discussed.order_by("pk").first()
    assert article is not None
    return {
        "article": f"/en/articles/{article.pk}-{article.slug}/",
        "front_page": "/en/",
        "archive": "/en/articles/",
    }


def _queries(url: str) -> list[tuple[str, int]]:
    """How many the page takes when it is there already, and when it is made beside kept ones."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    counts = []
    for kind, seconds in (("cached", 30), ("uncached", 0)):
        settings.PAGE_CACHE_SECONDS = seconds
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append((kind, len(queries)))
    return counts


def _ratios(
    keeping: int, making: int, name: str, url: str, rounds: int, seconds: float
) -> dict[str, float]:
    """Of requests a second, cached and not, to those of the bare view. Medians."""
    bare = f"/bare?of={quote(url)}"
    for port, path in ((keeping, url), (keeping, bare), (making, url)):
        requests_per_second(port, path, 1)
    cached, made = [], []
    for _ in tqdm(range(rounds), desc=name, leave=False):
        limit = requests_per_second(keeping, bare, seconds)
        cached.append(requests_per_second(keeping, url, seconds) / limit)
        made.append(requests_per_second(making, url, seconds) / limit)
    return {f"cached_{name}_over_bare": median(cached), f"uncached_{name}_over_bare": median(made)}


if __name__ == "__main__":
    main()
