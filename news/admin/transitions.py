"""The buttons of an article's form that take it from one state to another."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from news.models import Article

# The buttons of the form: name, label, the transition, whether it takes the right to publish.
TRANSITIONS: dict[str, tuple[Any, Callable[[Article], None], bool]] = {
    "_publish": (_("Save and publish now"), Article.publish, True),
    "_schedule": (_("Save and schedule"), Article.schedule, True),
    "_submit": (_("Save and submit for review"), Article.submit_for_review, False),
    "_return": (_("Save and return to draft"), Article.return_to_draft, False),
    "_retract": (
        _("Save and retract"),
        lambda article: article.retract(article.retraction_en, article.retraction_ru),
        True,
    ),
    "_bin": (_("Put into the bin"), Article.bin, False),
    "_restore": (_("Restore from the bin"), Article.restore, False),
}
OFFERED = {
    Article.State.DRAFT: ["_publish", "_schedule", "_submit", "_bin"],
    Article.State.IN_REVIEW: ["_publish", "_schedule", "_return", "_bin"],
    Article.State.SCHEDULED: ["_publish", "_return"],
    Article.State.PUBLISHED: ["_retract"],
    Article.State.RETRACTED: [],
    Article.State.BINNED: ["_restore"],
}
