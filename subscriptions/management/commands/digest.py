from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils import timezone

from subscriptions import composing, planning, sending
from subscriptions.addresses import normalise
from subscriptions.models import Delivery, Edition, Subscription, TransitionRefused
from subscriptions.reaper import reap


class Command(BaseCommand):
    help = "The daily digest by hand. Safe beside running workers and beat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        preview = acts.add_parser("preview", help="print the digest of an address as it is now")
        preview.add_argument("address")
        preview.add_argument("--html", action="store_true", help="the HTML part, not the text")
        plan = acts.add_parser("plan", help="queue deliveries for everyone who is due")
        plan.add_argument("--address", help="make this subscriber due now, whatever their hour")
        send = acts.add_parser("send", help="send what is queued, here and now, until nothing is")
        send.add_argument("edition", type=int, nargs="?", help="this edition only")
        for act in ("pause", "resume", "cancel"):
            acts.add_parser(act, help=f"{act} an edition").add_argument("edition", type=int)
        acts.add_parser("report", help="subscribers, the last editions, what needs a look")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        getattr(self, f"_{act}")(**options)

    def _preview(self, address: str, html: bool, **options: Any) -> None:
        subscription = _subscription(address)
        letter = composing.preview(subscription, timezone.now())
        if letter is None:
            self.stdout.write("Nothing new since its last digest: no letter would go out.")
        else:
            self.stdout.write(f"Subject: {letter.subject}\n")
            self.stdout.write(letter.html if html else letter.text)

    def _plan(self, address: str | None, **options: Any) -> None:
        if address:
            subscription = _subscription(address)
            if subscription.status != Subscription.Status.ACTIVE:
                raise CommandError(f"{address} is {subscription.status}, not active.")
            subscription.next_due_at = timezone.now()
            subscription.save(update_fields=["next_due_at"])
        self.stdout.write(f"queued={planning.plan()}")
        if address:
            self.stdout.write("Nobody gets a second digest on one day, nor one without news.")

    def _send(self, edition: int | None, **options: Any) -> None:
        reap()
        waiting = Edition.objects.to_be_sent().values_list("pk", flat=True)
        for pk in [edition] if edition else list(waiting):
            while sending.send_edition(pk):
                self.stdout.write(f"edition {pk}: {_outcomes(pk)}")
            self.stdout.write(f"edition {pk}: {_outcomes(pk) or 'no deliveries'}")
        sending.settle_editions(timezone.now())

    def _pause(self, edition: int, **options: Any) -> None:
        self._change(edition, "pause")

    def _resume(self, edition: int, **options: Any) -> None:
        self._change(edition, "resume")

    def _cancel(self, edition: int, **options: Any) -> None:
        self._change(edition, "cancel")

    def _change(self, pk: int, act: str) -> None:
        edition = Edition.objects.defer("message").filter(pk=pk).first()
        if edition is None:
            raise CommandError(f"There is no edition {pk}. `digest report` lists them.")
        try:
            getattr(edition, act)()
        except TransitionRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"edition {pk}: {edition.state}")

    def _report(self, **options: Any) -> None:
        by_status = Subscription.objects.values_list("status").annotate(n=Count("pk"))
        self.stdout.write("subscribers: " + _pairs(by_status.order_by("status")))
        self.stdout.write(f"due now: {Subscription.objects.due().count()}")
        for edition in Edition.objects.defer("message").order_by("-cut_at", "-pk")[:10]:
            self.stdout.write(f"{edition.pk}  {edition}  {edition.state}: {_outcomes(edition.pk)}")


def _subscription(address: str) -> Subscription:
    subscription = Subscription.objects.filter(email=normalise(address)).first()
    if subscription is None:
        raise CommandError(f"{address} is not subscribed.")
    return subscription


def _outcomes(edition_id: int) -> str:
    deliveries = Delivery.objects.filter(edition=edition_id).values_list("state")
    return _pairs(deliveries.annotate(n=Count("pk")).order_by("state"))


def _pairs(counts: Any) -> str:
    return " ".join(f"{name}={n}" for name, n in counts)
