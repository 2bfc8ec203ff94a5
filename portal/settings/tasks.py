"""What happens outside of requests: Celery, and what is done at intervals."""

from datetime import UTC, datetime

from .digest import BOUNCES_URL
from .news import TRANSLATOR_URL, WEBSUB_HUB
from .stores import REDIS_URL

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Redis hands a task of a killed worker out again after this long. Nothing depends on it: the truth
# is in rows, and the sweeps below find what was left undone.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 15 * 60}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 10 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "celery"
# The worker takes from its queues in turn: what is slow and comes in crowds waits apart, so that a
# mail which somebody is waiting for never stands behind it.
CELERY_TASK_ROUTES = {
    "subscriptions.tasks.send_edition": {"queue": "digest"},
    "news.tasks.make_renditions": {"queue": "pictures"},
    "news.tasks.poll_feed": {"queue": "feeds"},
    "news.tasks.translate": {"queue": "feeds"},
}
# Plain intervals only: who is due is a query, so a late or doubled tick is harmless. A tick that
# waited longer than its interval is worthless, hence `expires`. Beat keeps no file of when it did
# what, which a kill could damage: all is due when it starts.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": task,
        "schedule": seconds,
        "last_run_at": _LONG_AGO,
        "options": {"expires": seconds},
    }
    for name, task, seconds in [
        ("heartbeat", "portal.tasks.beat_heart", 10.0),
        ("clear expired sessions", "portal.tasks.clear_sessions", 3600.0),
        ("send letters still owed", "portal.tasks.sweep_letters", 30.0),
        ("delete accounts still to be deleted", "portal.tasks.sweep_deletions", 60.0),
        ("make lost renditions", "news.tasks.make_lost_renditions", 60.0),
        ("publish scheduled articles", "news.tasks.publish_due", 15.0),
        ("forget old working copies", "news.tasks.forget_old_working_copies", 3600.0),
        ("forget old preview links", "news.tasks.forget_old_previews", 3600.0),
        ("tell readers of their responses", "news.tasks.tell_of_responses", 60.0),
        ("flush views", "news.tasks.flush_views", 10.0),
        ("read incoming feeds", "news.tasks.poll_feeds", 60.0),
        *([("translate what is due", "news.tasks.translate_due", 60.0)] if TRANSLATOR_URL else []),
        *([("tell the hub of the feeds", "news.tasks.tell_hub", 15.0)] if WEBSUB_HUB else []),
        ("forget old drafts", "comments.tasks.forget_old_drafts", 3600.0),
        ("forget old fingerprints", "comments.tasks.forget_old_fingerprints", 3600.0),
        ("forget old notifications", "comments.tasks.forget_old_notifications", 3600.0),
        ("forget old visits", "comments.tasks.forget_old_visits", 3600.0),
        ("announce new comments", "comments.tasks.announce_comments", 15.0),
        ("tell readers of comments", "comments.tasks.send_letters", 60.0),
        ("plan and send digests", "subscriptions.tasks.tick", 30.0),
        *([("read bounces", "subscriptions.tasks.read_bounces", 300.0)] if BOUNCES_URL else []),
        ("go on with imports of subscribers", "subscriptions.tasks.sweep_imports", 30.0),
        ("tell authors of moderation", "comments.tasks.send_notices", 60.0),
        ("lift bans that are over", "comments.tasks.lift_bans", 60.0),
        ("count moderation by month", "comments.tasks.count_months", 600.0),
        ("check discussions at night", "comments.tasks.check_discussions", 600.0),
    ]
}
