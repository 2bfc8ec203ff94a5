from celery import shared_task

from comments import bans, drafts, monthly_counts, notices, notifications, self_check, spam


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
