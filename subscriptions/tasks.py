from celery import shared_task
from django.conf import settings

from subscriptions import address_change, bounces, digest, imports, mailboxes, sending, signup

_UNTIL_NEXT_TICK = 30


@shared_task
def tick() -> None:
    digest.tick()
    for edition_id in sending.editions_to_send():
        send_edition.apply_async((edition_id,), expires=_UNTIL_NEXT_TICK)


@shared_task
def import_subscribers(import_id: int) -> None:
    if imports.go_on(import_id):
        import_subscribers.delay(import_id)


@shared_task
def sweep_imports() -> None:
    imports.forget()
    for import_id in imports.unfinished():
        import_subscribers.apply_async((import_id,), expires=_UNTIL_NEXT_TICK)


@shared_task
def send_edition(edition_id: int) -> None:
    if sending.send_edition(edition_id):
        send_edition.apply_async((edition_id,), expires=_UNTIL_NEXT_TICK)


@shared_task
def send_letter(subscription_id: int) -> None:
    signup.send_letter(subscription_id)


@shared_task
def send_address_letters(change_id: int) -> None:
    address_change.send_letters(change_id)


@shared_task
def read_bounces() -> None:
    mailboxes.handle_unread(settings.BOUNCES_URL, bounces.hear)
