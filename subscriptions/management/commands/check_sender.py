from typing import Any

from django.core.management.base import BaseCommand, CommandError

from subscriptions import sender_check


class Command(BaseCommand):
    help = "Tells what is missing before the first digest: SPF, DKIM, DMARC, settings."

    def handle(self, *args: Any, **options: Any) -> None:
        check = sender_check.check()
        for finding in sender_check.findings_of(check):
            self.stdout.write(f"{finding.level:8} {finding.what:16} {finding}")
        if not check.is_ok:
            raise CommandError("Something is missing; see above and docs/operations.md, Mail.")
        self.stdout.write("Nothing is missing.")
