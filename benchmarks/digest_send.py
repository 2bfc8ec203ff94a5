"""Messages a second with the ledger on, against a bare smtplib loop that sends the same bytes.

One sender and one connection each, in turn, to the same mail server in the same run; medians. Of
the clock, and of processor time of all that take part (sender, mail server, PostgreSQL), which says
more on a busy machine. Then batches are claimed and composed, without sending, to see whether
memory stays flat.
"""

import argparse
import gc
import os
import resource
import smtplib
import tempfile
import time
from pathlib import Path
from statistics import median

from tqdm import tqdm

from benchmarks import smtp_sink
from benchmarks.digest_rows import add_recipients, an_edition
from benchmarks.serving import portal

_SENDER = "news@example.org"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=2_000, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--claimed", type=int, default=50_000, help="for memory")
    parser.add_argument("--durable", action="store_true", help="PostgreSQL waits for its disk")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="vestnik-bench-") as name,
        smtp_sink.running(Path(name)) as sink,
    ):
        Path(name).chmod(0o755)
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        with portal(Path(name) / "services" if options.durable else None):
            _measure(sink, options.rounds, options.recipients, options.claimed)


def _measure(sink: smtp_sink.Sink, rounds: int, recipients: int, claimed: int) -> None:
    from subscriptions import sending

    sending.TURN = 3600
    edition = an_edition()
    add_recipients(edition, 200)
    sending.send_edition(edition.pk)  # warm
    bare, ledger, ratios, work = [], [], [], []
    for _ in tqdm(range(rounds), desc="rounds"):
        add_recipients(edition, recipients)
        start = _processor_seconds(sink)
        bare.append(_bare(sink.port, edition, recipients))
        between = _processor_seconds(sink)
        ledger.append(_with_ledger(edition, recipients))
        work.append((between - start) / (_processor_seconds(sink) - between))
        ratios.append(ledger[-1] / bare[-1])
    growth = _growth(edition, claimed)
    print(
        f"ledger_over_bare={median(ratios):.2f} ledger_per_second={median(ledger):.0f} "
        f"bare_per_second={median(bare):.0f} processor_ledger_over_bare={median(work):.2f} "
        f"bytes={len(bytes(edition.message))} claimed={claimed} memory_growth_mb={growth:.1f}"
    )


def _processor_seconds(sink: smtp_sink.Sink) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    return time.process_time() + sum(_processor_seconds_of(pid) for pid in (backend, sink.pid))


def _processor_seconds_of(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _bare(port: int, edition: "Edition", number: int) -> float:  # noqa: F821
    """smtplib.sendmail() of messages that are there already."""
    from benchmarks.digest_rows import parcels
    from subscriptions.composing import Mail

    mail = Mail(edition, "Thu, 05 Nov 2026 08:00:00 +0000")
    batch = [(parcel.email, mail.to(parcel)) for parcel in parcels(number)]
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        start = time.perf_counter()
        for recipient, message in batch:
            server.sendmail(_SENDER, [recipient], message)
        return number / (time.perf_counter() - start)


def _with_ledger(edition: "Edition", number: int) -> float:  # noqa: F821
    from subscriptions import sending
    from subscriptions.models import Edition

    Edition.objects.filter(pk=edition.pk).update(state="sending")
    start = time.perf_counter()
    sending.send_edition(edition.pk)
    seconds = time.perf_counter() - start
    assert not edition.deliveries.exclude(state="sent").exists()
    return number / seconds


def _growth(edition: "Edition", number: int) -> float:  # noqa: F821
    """Of this process in MB, between the first tenth and the end of so many recipients."""
    from subscriptions.composing import Mail
    from subscriptions.ledger import Claim

    mail = Mail(edition, "Thu, 05 Nov 2026 08:00:00 +0000")
    add_recipients(edition, number)
    sizes, done = [], 0
    while batch := Claim(edition).take():
        for parcel in batch:
            mail.to(parcel)
        done += len(batch)
        if done >= (len(sizes) + 1) * number // 10:
            gc.collect()
            sizes.append(_resident())
    return sizes[-1] - sizes[0]


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
