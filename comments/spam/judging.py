"""The verdict on what somebody is about to say: refused, held for a moderator, or let pass."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment
from comments.spam.rules import RULES, Rule
from comments.spam.submission import Submission
from comments.trust import Trust

MOST_PENDING = 5
_SAID_LATELY = timedelta(days=1)
_LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Verdict:
    """`reasons`: the rules that hold it, with what they found. `refusal`: words for its author."""

    reasons: dict[Rule, list[str]] = field(default_factory=dict)
    refusal: str = ""

    @property
    def is_held(self) -> bool:
        return bool(self.reasons)

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(rule.value for rule in self.reasons)

    @property
    def note(self) -> str:
        """What the rules found, for the moderator."""
        found = (", ".join(filter(None, details)) for details in self.reasons.values())
        return "; ".join(filter(None, found))[:_LONGEST_NOTE]


PASSED = Verdict()


def judge(sent: Submission) -> Verdict:
    """Some ten queries; nobody waits for anything outside of this machine and its database."""
    if sent.trust == Trust.STAFF:
        return PASSED
    if refusal := _refusal(sent):
        return Verdict(refusal=refusal)
    found = {rule: list(reasons_of(sent)) for rule, reasons_of in RULES.items()}
    return Verdict({rule: details for rule, details in found.items() if details})


def _refusal(sent: Submission) -> str:
    """Moderators' time is what spam takes away: nobody may fill the queue."""
    own = Comment.objects.filter(author=sent.author.pk)
    if sent.edited:
        own = own.exclude(pk=sent.edited.pk)
    if own.filter(status=Comment.Status.PENDING).count() >= MOST_PENDING:
        return ngettext(
            "%(n)s comment of yours waits for a moderator. Once it is read you can go on.",
            "%(n)s comments of yours wait for a moderator. Once they are read you can go on.",
            MOST_PENDING,
        ) % {"n": MOST_PENDING}
    since = timezone.now() - _SAID_LATELY
    said = own.filter(discussion=sent.article.pk, created_at__gt=since, body=sent.body)
    if said.filter(parent=sent.parent).exclude(status=Comment.Status.DELETED).exists():
        return _("You have said exactly this here already.")
    return ""
