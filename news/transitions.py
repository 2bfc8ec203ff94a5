"""What takes an article from one state to another, and who may ask for it.

The model refuses what the state of an article doesn't allow; the right to publish is asked for
here, whichever page of the desk has the button.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from news.models import Article, TransitionRefused


@dataclass(frozen=True)
class Transition:
    """`method` is that of the model."""

    method: str
    takes_right_to_publish: bool = False

    def is_open_to(self, user: Any) -> bool:
        return not self.takes_right_to_publish or user.has_perm("news.publish_article")

    def make(self, article: Article, by: Any, **words: str) -> None:
        """Raises TransitionRefused."""
        if not self.is_open_to(by):
            raise TransitionRefused(_("You may not publish or retract."))
        getattr(article, self.method)(by=by, **words)


TRANSITIONS = {
    "submit": Transition("submit_for_review"),
    "return": Transition("return_to_draft"),
    "schedule": Transition("schedule", takes_right_to_publish=True),
    "publish": Transition("publish", takes_right_to_publish=True),
    "retract": Transition("retract", takes_right_to_publish=True),
    "bin": Transition("bin"),
    "restore": Transition("restore"),
}
