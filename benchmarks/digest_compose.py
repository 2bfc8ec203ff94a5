"""What one recipient's message costs: processor time of joining it, and of rendering it instead.

The links are signed for each reader; everything else was rendered once.
"""

import argparse
import time
import tracemalloc
from statistics import median

from tqdm import tqdm

from benchmarks.digest_rows import an_edition, parcels
from benchmarks.serving import portal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with portal():
        from subscriptions import composing

        edition = an_edition()
        mail = composing.Mail(edition, "Thu, 05 Nov 2026 08:00:00 +0000")
        joined = [_per_message(mail, options.recipients // options.rounds)]
        joined += [
            _per_message(mail, options.recipients // options.rounds)
            for _ in tqdm(range(options.rounds - 1), desc="joining")
        ]
        print(
            f"microseconds_per_recipient={median(joined):.1f} "
            f"rendered_microseconds={_rendered(edition):.0f} "
            f"bytes={len(bytes(edition.message))} memory_growth_kb={_growth(mail)}"
        )


def _per_message(mail: "composing.Mail", number: int) -> float:  # noqa: F821
    batch = parcels(number)
    start = time.process_time()
    for parcel in batch:
        mail.to(parcel)
    return (time.process_time() - start) / number * 1e6


def _rendered(edition: "Edition") -> float:  # noqa: F821
    from subscriptions import composing

    ids = list(edition.items.values_list("article_id", flat=True))
    start = time.process_time()
    for _ in range(20):
        letter = composing._letter(edition, ids)
        assert letter
        composing._message(letter, edition.language)
    return (time.process_time() - start) / 20 * 1e6


def _growth(mail: "composing.Mail") -> int:  # noqa: F821
    """Memory that stays after ten thousand messages, in kB."""
    batch = parcels(10_000)
    tracemalloc.start()
    for parcel in batch:
        mail.to(parcel)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept // 1024


if __name__ == "__main__":
    main()
