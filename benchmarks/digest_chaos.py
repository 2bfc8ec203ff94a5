"""Is a digest ever lost or doubled? All is killed in mid-run, and then the books are compared.

Real PostgreSQL (with fsync), real Valkey, real Celery workers, and a mail server that writes down
each message before it answers, and misbehaves. Workers are killed with kill -9, at random and at
the worst moments: before the message, while it is taken, before and after the answer. Valkey is
emptied and killed, PostgreSQL crashes and recovers, a sender sleeps until others have taken over
from it. Two beats tick side by side. Waits of minutes are cut short; everything else is as it is.

In the end every uncertain delivery is sent again, as an editor would. It fails if

- anybody got nothing, though their server would have taken it (lost),
- anybody got two, and was not among the uncertain (duplicates),
- there are more uncertain than deaths, stalls and withheld answers account for.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from tqdm import tqdm

from benchmarks import smtp_sink
from benchmarks.chaos_victims import Servers, Workers
from benchmarks.serving import portal

RATES = {
    "4xx": 0.01,
    "5xx": 0.01,
    "421": 0.002,
    "stall": 0.0005,
    "reset": 0.002,
    "withheld": 0.001,
}
EMAIL_TIMEOUT = 1  # seconds; a sender is taken for dead after six times as long
SENDERS = 4
_EVENTS = ("flush", "kill valkey", "crash postgres", "sleep")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipients", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", default=",".join(RATES), help="of the mail server; '' for none")
    parser.add_argument("--pace", type=float, default=0.01, help="seconds that a message takes")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rates = {name: RATES[name] for name in options.faults.split(",") if name}
    seed = options.seed or random.randrange(10**6)
    random.seed(seed)
    script = smtp_sink.Script(rates, 2.5 * EMAIL_TIMEOUT, options.pace, seed)
    print(f"seed {seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="vestnik-chaos-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with smtp_sink.running(folder, script) as sink:
            os.environ |= {
                "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
                "EMAIL_TIMEOUT": str(EMAIL_TIMEOUT),
                "DIGEST_SENDERS": str(SENDERS),
            }
            with portal(keep=folder / "services"):
                run = Run(sink, folder, options.recipients, options.kills)
                run.go()
                sys.exit(run.report())


class Run:
    def __init__(self, sink: smtp_sink.Sink, folder: Path, recipients: int, kills: int) -> None:
        self.sink, self.folder = sink, folder
        self.recipients, self.kills = recipients, kills
        self.killed: Counter[str] = Counter()
        self.uncertain: set[str] = set()
        self.reaped: set[str] = set()  # those of senders that had fallen silent

    def go(self) -> None:
        fill(self.recipients)
        workers, servers = Workers(self.folder, self.sink.port), Servers(self.folder / "services")
        with servers.running(), workers.running(), two_beats():
            self._strike(workers, servers)
            self._until(lambda: unfinished() == 0, "the end")
            self.uncertain = message_ids(state="uncertain")
            self.reaped = message_ids(state="uncertain", smtp_message="")
            self.sink.misbehave({})
            send_uncertain_again()
            self._until(lambda: unfinished() == 0, "the uncertain, sent again")

    def _strike(self, workers: Workers, servers: Servers) -> None:
        """Kill as the run proceeds, so that the last kill comes before its end."""
        blows = ["kill"] * self.kills
        for number in range(max(self.kills // 5, len(_EVENTS))):
            at = (number + 1) * self.kills // (max(self.kills // 5, len(_EVENTS)) + 1)
            blows.insert(at + number, _EVENTS[number % len(_EVENTS)])
        for number, blow in enumerate(tqdm(blows, desc="blows", unit="")):
            aim = self.recipients * 0.9 * number / len(blows)
            self._until(lambda aim=aim: self._accepted() >= aim, seconds=20)  # type: ignore[misc]
            if blow == "kill":
                self.killed.update(workers.kill(self.sink))
            elif blow == "sleep":
                self.killed.update(workers.sleep(8 * EMAIL_TIMEOUT))
            else:
                self.killed[blow] += 1
                servers.strike(blow)

    def _accepted(self) -> int:
        return self.sink.log.stat().st_size // 60

    def _until(self, is_so: Callable[[], bool], what: str = "", seconds: float = 120) -> None:
        """Gives up when so long no mail was taken, however slow the machine is.

        Waits of minutes are cut short meanwhile, and an edition that stopped itself goes on.
        """
        accepted, since = self._accepted(), time.monotonic()
        while time.monotonic() - since < seconds:
            with suppress(Exception):  # the database may be away
                hurry()
                if is_so():
                    return
            reconnect()
            time.sleep(0.2)
            if self._accepted() > accepted:
                accepted, since = self._accepted(), time.monotonic()
        if what:
            print(f"gave up waiting for {what}", file=sys.stderr)

    def report(self) -> int:
        events = self.sink.events()
        accepted = Counter(mid for event, mid in events if event in ("accepted", "withheld"))
        doubled = {mid for mid, number in accepted.items() if number > 1}
        refused, everybody = message_ids(smtp_code=550), message_ids()
        lost = everybody - set(accepted) - refused
        missing = self.recipients - len(everybody)
        causes = self._causes(events)
        for name, number in sorted(self.killed.items()):
            print(f"{name}: {number}")
        for name, number in sorted(causes.items()):
            print(f"uncertain by {name}: {number}")
        deaths = sum(n for name, n in self.killed.items() if name not in _EVENTS[:3])
        # Whoever can't write down what became of their message for too long is as good as dead.
        deaths += SENDERS * self.killed["crash postgres"]
        promises = {
            "lost": not lost and not missing,
            "duplicates only among the uncertain": doubled <= self.uncertain,
            "at most one uncertain for each death": causes["death"] <= deaths,
            "all kills were made": sum(self._kills().values()) >= self.kills,
        }
        for promise, is_kept in promises.items():
            print(f"{'kept' if is_kept else 'BROKEN'}: {promise}")
        duplicates = sum(accepted[mid] - 1 for mid in doubled)
        print(
            f"recipients={self.recipients} refused={len(refused)} lost={len(lost) + missing} "
            f"duplicates={duplicates} unexplained_duplicates={len(doubled - self.uncertain)} "
            f"uncertain={len(self.uncertain)} kills={sum(self._kills().values())}"
        )
        return 0 if all(promises.values()) else 1

    def _kills(self) -> Counter[str]:
        return Counter({name: n for name, n in self.killed.items() if name not in _EVENTS})

    def _causes(self, events: list[tuple[str, str]]) -> Counter[str]:
        """Why deliveries were uncertain, by the ledger and the mail server's book."""
        withheld = {mid for event, mid in events if event == "withheld"}
        causes: Counter[str] = Counter()
        for mid in self.uncertain:
            lost = "withheld answers" if mid in withheld else "late answers"
            causes["death" if mid in self.reaped else lost] += 1
        return causes


def fill(recipients: int) -> None:
    from django.utils import timezone

    from subscriptions.models import Subscription
    from tests.factories import make_article

    now = timezone.now().replace(second=0, microsecond=0)
    for _ in range(12):
        make_article(languages=("en", "ru"), published_at=now - timedelta(hours=1))
    Subscription.objects.bulk_create(
        (
            Subscription(
                email=f"reader{number}@domain{number % 100}.example",
                status="active",
                language="ru" if number % 3 else "en",
                time_zone="UTC",
                next_due_at=now,
                covered_until=now - timedelta(days=1),
            )
            for number in range(recipients)
        ),
        batch_size=5_000,
    )


@contextmanager
def two_beats() -> Iterator[None]:
    """Ticks come twice as often as they should, from two sides."""
    is_over = Event()

    def beat() -> None:
        from subscriptions.tasks import tick

        while not is_over.wait(1):
            with suppress(Exception):  # Valkey may be away
                tick.apply_async(expires=10, retry=False)

    threads = [Thread(target=beat, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()


def hurry() -> None:
    from django.utils import timezone

    from subscriptions.models import Delivery, Edition, MailDomain

    now = timezone.now()
    Delivery.objects.waiting().filter(not_before__gt=now).update(not_before=now)
    MailDomain.objects.filter(waits_until__gt=now).update(waits_until=None)
    for edition in Edition.objects.filter(state="attention").defer("message"):
        edition.resume()


def unfinished() -> int:
    """Subscribers who are still due, and deliveries without an outcome."""
    from subscriptions.models import Delivery, Subscription

    return Subscription.objects.due().count() + Delivery.objects.unfinished().count()


def message_ids(**which: Any) -> set[str]:
    from subscriptions.models import Delivery

    return set(Delivery.objects.filter(**which).values_list("message_id", flat=True))


def send_uncertain_again() -> None:
    from subscriptions.models import Delivery

    Delivery.objects.filter(state="uncertain").send_again()


def reconnect() -> None:
    from django.db import connection

    with suppress(Exception):
        connection.close_if_unusable_or_obsolete()


if __name__ == "__main__":
    main()
