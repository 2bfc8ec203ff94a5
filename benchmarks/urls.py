from functools import cache

from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@cache
def _bytes_of(url: str) -> bytes:
    return Client().get(url, headers={"host": "127.0.0.1"}).content


def bare(request: HttpRequest) -> HttpResponse:
    """The bytes of the page at `?of=`, from memory: what Django costs without us."""
    return HttpResponse(_bytes_of(request.GET["of"]))


urlpatterns = [path("bare", bare), *urlpatterns]
