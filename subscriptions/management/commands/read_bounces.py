from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from subscriptions import bounces, mailboxes


class Command(BaseCommand):
    help = "Reads bounces and complaints from the mailbox they come back to (BOUNCES_URL)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", nargs="?", default=settings.BOUNCES_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["url"]:
            raise CommandError("BOUNCES_URL is not set. See .env.example.")
        try:
            number = mailboxes.handle_unread(options["url"], bounces.hear)
        except mailboxes.ERRORS as error:
            raise CommandError(f"The mailbox can't be read: {error}") from None
        self.stdout.write(f"read={number}")
