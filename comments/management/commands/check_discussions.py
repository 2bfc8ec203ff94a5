from typing import Any

from django.core.management.base import BaseCommand

from comments import self_check


class Command(BaseCommand):
    help = (
        "Compares every counter of discussions, comments and articles with the rows it counts, "
        "puts right what is wrong and says what it was. Harmless beside the running portal."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        check = self_check.run()
        seconds = (check.finished_at - check.started_at).total_seconds() if check.finished_at else 0
        for drift in check.drift:
            self.stdout.write(
                f"article {drift['article']}, {drift['table']} {drift['key']}: "
                f"{drift['was']} is {drift['is']} now"
            )
        self.stdout.write(
            f"{check.comments} comments in {seconds:.1f} s: {check.drifted} counters were wrong."
        )
