from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from news.mention_finder import find_in
from news.models import Article

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
        self.stdout.write(f"{self._find(list(articles.values_list('pk', flat=True)))} proposals.")

    def _find(self, numbers: list[int]) -> int:
        found = 0
        with tqdm(total=len(numbers), unit=" articles") as bar:
            for start in range(0, len(numbers), BATCH):
                batch = numbers[start : start + BATCH]
                found += find_in(list(Article.objects.filter(pk__in=batch)))
                bar.update(len(batch))
        return found
