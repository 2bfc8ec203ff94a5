from celery import shared_task

from news import publishing, renditions
from news.models import Image


@shared_task
def publish_due() -> None:
    publishing.publish_due()


@shared_task
def make_renditions(image_id: int) -> None:
    if image := Image.objects.filter(pk=image_id).first():
        renditions.make_renditions(image)
