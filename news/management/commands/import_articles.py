import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from news import ingest


class Command(BaseCommand):
    help = f"Import articles from a file of JSON lines. {ingest.__doc__}"

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(*args, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            outcomes = self._import(file)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        self.stdout.write(
            f"{outcomes['article']} articles and {outcomes['translation']} translations added,"
            f" {outcomes['unchanged']} lines were there already, {outcomes['refused']} refused."
        )
        if outcomes["refused"]:
            raise CommandError("Some lines were refused; see above.")

    def _import(self, file: Path) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        size = file.stat().st_size
        with file.open("rb") as lines, tqdm(total=size, unit="B", unit_scale=True) as bar:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    outcomes[self._import_line(number, line)] += 1
                bar.update(len(line))
        return outcomes

    def _import_line(self, number: int, line: bytes) -> str:
        try:
            return ingest.import_line(line)
        except ingest.LineRefused as refusal:
            with tqdm.external_write_mode():
                self.stderr.write(f"line {number}: {refusal}")
            return "refused"
