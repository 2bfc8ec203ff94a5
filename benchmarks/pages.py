"""Requests a second of pages, against a bare Django view that returns the same bytes.

Same server, same run, in turn, several rounds; the ratio of each round, then the median.
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
        queries = {name: _queries(url) for name, url in urls.items()}
        with web_server() as port:
            ratios = {
                name: _ratio(port, url, options.rounds, options.seconds, name)
                for name, url in urls.items()
            }
    figures = [f"{name}_over_bare={ratio:.3f}" for name, ratio in ratios.items()]
    figures += [f"queries_{name}={count}" for name, count in queries.items()]
    print(" ".join(figures))


def _pages() -> dict[str, str]:
    """The demo's pages, and an article with thirty comments among them."""
    from django.core.management import call_command

    from news.models import Article

    call_command("load_demo")
    discussed = Article.objects.in_language("en").filter(comment_count__range=(20, 40))
    article = discussed.order_by("pk").first()
    assert article is not None
    return {
        "article": f"/en/articles/{article.pk}-{article.slug}/",
        "front_page": "/en/",
        "archive": "/en/articles/",
    }


def _queries(url: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def _ratio(port: int, url: str, rounds: int, seconds: float, name: str) -> float:
    bare = f"/bare?of={quote(url)}"
    for warm in (url, bare):
        requests_per_second(port, warm, 1)
    ratios = []
    for _ in tqdm(range(rounds), desc=name, leave=False):
        ours = requests_per_second(port, url, seconds)
        ratios.append(ours / requests_per_second(port, bare, seconds))
    return median(ratios)


if __name__ == "__main__":
    main()
