from celery import shared_task
from django.core.management import call_command

from portal import health


@shared_task
def beat_heart() -> None:
    health.record_heartbeat()


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")
