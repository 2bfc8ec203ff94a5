from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from news.mention_finder import find_in
from news.models import Article, ArticleQuerySet

BATCH = 200


class Command(BaseCommand):
    help = (
        "Propose to the editors which entities articles mention. May be run again:"
        " what was accepted, refused or proposed before stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("articles", nargs="*", type=int, help="numbers of articles")
        parser.add_argument("--all", action="store_true", help="all that are not in the bin")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers: list[int] = options["articles"]
        if bool(numbers) == options["all"]:
            raise CommandError("Name some articles, or --all.")
        articles = Article.objects.exclude(state=Article.State.BINNED).order_by("pk")
        if numbers:
            articles = articles.filter(pk__in=numbers)
            if missing := set(numbers) - set(articles.values_list("pk", flat=True)):
                raise CommandError(f"No such articles: {sorted(missing)}.")
        self.stdout.write(f"{self._find(articles)} proposals.")

    def _find(self, articles: ArticleQuerySet) -> int:
        """Batch by batch, each asked for where the last one ended: of a large archive, too, only
        as much is in memory as of a small one."""
        found = last = 0
        with tqdm(total=articles.count(), unit=" articles") as bar:
            while batch := list(articles.filter(pk__gt=last)[:BATCH]):
                found += find_in(batch)
                last = batch[-1].pk
                bar.update(len(batch))
        return found
