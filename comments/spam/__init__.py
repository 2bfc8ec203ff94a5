"""Against spam, without riddles for readers and without asking anybody outside."""

from comments.spam.judging import PASSED, Verdict, judge
from comments.spam.likeness import forget_old, remember
from comments.spam.rules import Rule
from comments.spam.submission import Submission
from comments.spam.timing import seconds_since, stamp

__all__ = [
    "PASSED",
    "Rule",
    "Submission",
    "Verdict",
    "forget_old",
    "judge",
    "remember",
    "seconds_since",
    "stamp",
]
