from typing import Any

from django.core.management.base import BaseCommand

from portal.demo import loading, people


class Command(BaseCommand):
    help = "Load the demo: articles, pictures, readers, discussions. Adds only what is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        loading.load(lambda what: self.stderr.write(f"Demo: {what}…"))
        self.stdout.write(
            f"Log in as {', '.join(f'{name}@example.org' for name in people.ACCOUNTS)};"
            f" the password is {people.PASSWORD}"
        )
