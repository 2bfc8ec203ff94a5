from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.celery import app
from tests.subscriptions.sink import Sink, running_sink


@pytest.fixture
def worker() -> Iterator[None]:
    """A Celery worker that takes every task at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def subscribe(
    client: Client,
    worker: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Callable[..., HttpResponse]:
    """Type an address into the form and press the button; letters leave at once."""

    def subscribe(email: str, language: str = "en", **more: Any) -> HttpResponse:
        headers = more.pop("headers", {"Origin": "http://testserver"})
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(
                f"/{language}/subscriptions/", {"email": email, **more}, headers=headers
            )

    return subscribe


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with running_sink() as (sink, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink
