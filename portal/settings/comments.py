"""Comments: whom they trust, and how far."""

from .environment import read

# How many first comments of an account wait for a moderator, and after how many that stand its
# links don't any more. 0 trusts everybody from the start.
FIRST_COMMENTS_HELD = read("FIRST_COMMENTS_HELD", int, 2)
COMMENTS_UNTIL_TRUSTED = read("COMMENTS_UNTIL_TRUSTED", int, 10)
# How many reports by readers in good standing hide a comment until a moderator has looked at it.
REPORTS_TO_HOLD = read("REPORTS_TO_HOLD", int, 3)
