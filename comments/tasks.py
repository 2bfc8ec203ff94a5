from celery import shared_task

from comments import (
    bans,
    drafts,
    letters,
    monthly_counts,
    notices,
    notifications,
    self_check,
    spam,
    visits,
)


@shared_task
def send_notices() -> None:
    notices.sweep()


@shared_task
def lift_bans() -> None:
    bans.lift_over()


@shared_task
def count_months() -> None:
    monthly_counts.count_due()


@shared_task
def check_discussions() -> None:
    self_check.run_if_due()


@shared_task
def forget_old_drafts() -> None:
    drafts.forget_old()


@shared_task
def forget_old_fingerprints() -> None:
    spam.forget_old()


@shared_task
def announce_comments() -> None:
    notifications.announce_new()


@shared_task
def send_letters() -> None:
    letters.sweep()


@shared_task
def forget_old_notifications() -> None:
    notifications.forget_old()


@shared_task
def forget_old_visits() -> None:
    visits.forget_old()
