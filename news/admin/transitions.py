"""The buttons of an article's form that take it from one state to another."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from news.models import Article

# The buttons of the form: name, label, the transition by somebody, whether it takes the right to
# publish.
TRANSITIONS: dict[str, tuple[Any, Callable[..., None], bool]] = {
    "_publish": (_("Save and publish now"), lambda article, by: article.publish(by=by), True),
    "_schedule": (_("Save and schedule"), lambda article, by: article.schedule(by=by), True),
    "_submit": (
        _("Save and submit for review"),
        lambda article, by: article.submit_for_review(by=by),
        False,
    ),
    "_return": (
        _("Save and return to draft"),
        lambda article, by, why="": article.return_to_draft(by=by, why=why),
        False,
    ),
    "_retract": (
        _("Save and retract"),
        lambda article, by: article.retract(article.retraction_en, article.retraction_ru, by),
        True,
    ),
    "_bin": (_("Put into the bin"), lambda article, by: article.bin(by=by), False),
    "_restore": (_("Restore from the bin"), lambda article, by: article.restore(by=by), False),
}
OFFERED = {
    Article.State.DRAFT: ["_publish", "_schedule", "_submit", "_bin"],
    Article.State.IN_REVIEW: ["_publish", "_schedule", "_return", "_bin"],
    Article.State.SCHEDULED: ["_publish", "_return"],
    Article.State.PUBLISHED: ["_retract"],
    Article.State.RETRACTED: [],
    Article.State.BINNED: ["_restore"],
}
