"""A thousand spam comments by fifty accounts in twelve patterns, among a thousand ordinary ones.

All go through the real forms: accounts are logged in, the judge reads the text, limits are counted
in Valkey by account and address. Nobody moderates meanwhile, as in a bad night. Of the spammers
some have just registered, some have three harmless comments that stand, and five are stolen
accounts of trusted readers. Half of their comments come by the form, as if a person had taken a
while; half are posted without ever opening it. Each account has a pattern of its own for every
second comment and goes through all twelve with the others.

The ordinary readers are trusted, or newcomers past their first comments, and write two comments in
a row, one in five of them an answer; their forms were open as long as people type. The texts are in
`ordinary_texts.py`, or with --texts in part those of a file of articles.

Five hours pass: after every round all rows and counters of limits are made a quarter of an hour
older. Spam counts as held if nobody but moderators can read it: held, refused, or too fast.
`spam_held_by_words` is what the rules say of the same texts alone, without the rule that holds all
first comments, without limits, and without the refusal of those who have five comments waiting.
Mails are those that go to spammers or name one.
"""

import argparse
import logging
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.serving import portal

ROUNDS = 20
SPAMMERS = {"new": 30, "known": 15, "trusted": 5}
READERS = {"known": 80, "trusted": 120}
A_ROUND = timedelta(minutes=15)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=Path, help="articles: lines of JSON, lang and body_html")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # refusals are no news here
    with portal():
        figures = night(options.seed, options.texts)
    print(" ".join(f"{name}={value}" for name, value in figures.items()))


def night(
    seed: int = 1, texts: Path | None = None, rounds: int = ROUNDS, share: float = 1
) -> dict[str, str]:
    """Let them all write; a smaller `share` of the accounts, for a test."""
    from django.core import mail
    from django.test.utils import override_settings

    from benchmarks.spam_night import Night

    changed = {
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],  # none is checked
        "ALLOWED_HOSTS": ["testserver"],
    }
    mail.outbox = []
    with override_settings(**changed):
        accounts = [_sized(kinds, share) for kinds in (SPAMMERS, READERS)]
        it = Night(random.Random(seed), texts, *accounts)
        for _ in tqdm(range(rounds), desc="rounds", leave=False):
            it.round(A_ROUND)
        it.later()
        return _figures(it, [message for message in mail.outbox if it.is_about_spam(message)])


def _sized(kinds: dict[str, int], share: float) -> dict[str, int]:
    return {kind: max(1, round(number * share)) for kind, number in kinds.items()}


def _figures(it: Any, mails: list[Any]) -> dict[str, str]:
    for title, fates in (("spam", it.spam), ("ordinary", it.ordinary)):
        tqdm.write(f"{title}: {_listed(Counter(fate for _what, _kind, fate in fates))}")
        for what, kind in sorted({(what, kind) for what, kind, _fate in fates}):
            of_it = Counter(fate for *both, fate in fates if both == [what, kind])
            if title == "ordinary" or of_it["seen"]:
                tqdm.write(f"  {what}, by {kind} accounts: {_listed(of_it)}")
    for text in [*it.seen_spam[:10], *it.held_words[:25]]:
        tqdm.write(f"  {text}")
    return {
        "spam_held_by_words": _share(it.judged, ("held",)),
        "spam": str(len(it.spam)),
        "ordinary": str(len(it.ordinary)),
        "spam_held": _share(it.spam, ("held", "refused", "too fast")),
        "ordinary_held": _share(it.ordinary, ("held", "refused", "too fast")),
        "mails": str(len(mails)),
    }


def _listed(fates: Counter[str]) -> str:
    return ", ".join(f"{number} {fate}" for fate, number in fates.most_common())


def _share(fates: list[tuple[str, str, str]], wanted: tuple[str, ...]) -> str:
    return f"{sum(fate in wanted for *_which, fate in fates) / len(fates):.4f}"


if __name__ == "__main__":
    main()
