from celery import shared_task
from django.core.management import call_command

from portal import deletion, health, letters


@shared_task
def beat_heart() -> None:
    health.record_heartbeat()


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")


@shared_task
def send_letter(letter_id: int) -> None:
    letters.send(letter_id)


@shared_task
def sweep_letters() -> None:
    letters.sweep()


@shared_task
def delete_account(user_id: int) -> None:
    if farewell := deletion.delete(user_id):
        send_letter.delay(farewell.pk)


@shared_task
def sweep_deletions() -> None:
    deletion.sweep()
