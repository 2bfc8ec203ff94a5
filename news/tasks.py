from celery import shared_task

from news import (
    machine_translation,
    mention_finder,
    previews,
    publishing,
    renditions,
    response_letters,
    views_counter,
    websub,
    working_copies,
)
from news.incoming import polling
from news.models import Article, Image


@shared_task
def publish_due() -> None:
    publishing.publish_due()


@shared_task
def flush_views() -> None:
    views_counter.flush()


@shared_task
def make_renditions(image_id: int) -> None:
    if image := Image.objects.filter(pk=image_id).first():
        renditions.make_renditions(image)


@shared_task
def make_lost_renditions() -> None:
    for image_id in renditions.lost():
        make_renditions.delay(image_id)


@shared_task
def find_mentions(article_id: int) -> None:
    if article := Article.objects.filter(pk=article_id).first():
        mention_finder.find_mentions(article)


@shared_task(time_limit=240)  # less than the lease of who translates (news.models)
def translate(order_id: int) -> None:
    if article_id := machine_translation.translate(order_id):
        find_mentions.delay(article_id)


@shared_task
def translate_due() -> None:
    for order_id in machine_translation.due():
        translate.apply_async((order_id,), expires=60)


@shared_task
def tell_of_responses() -> None:
    response_letters.sweep()


@shared_task
def tell_hub() -> None:
    websub.tell_hub()


@shared_task
def poll_feeds() -> None:
    for feed_id in polling.due():
        poll_feed.apply_async((feed_id,), expires=60)


@shared_task(time_limit=240)  # less than the lease of who reads a feed (news.models.incoming)
def poll_feed(feed_id: int) -> None:
    polling.poll(feed_id)


@shared_task
def forget_old_working_copies() -> None:
    working_copies.forget_old()


@shared_task
def forget_old_previews() -> None:
    previews.forget_old()
