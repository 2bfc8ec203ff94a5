from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from portal.celery import app


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
