from collections.abc import Callable

from django.urls import URLPattern, include, path

from subscriptions.views import address, own, signup
from subscriptions.views.ways import View, by_account, by_link

app_name = "subscriptions"


def _pages_of_owner(opened: Callable[[View], View], prefix: str = "") -> list[URLPattern]:
    return [
        path("", opened(own.preferences), name=f"{prefix}preferences"),
        path("pause/", opened(own.pause), name=f"{prefix}pause"),
        path("resume/", opened(own.resume), name=f"{prefix}resume"),
        path("address/", opened(address.address), name=f"{prefix}address"),
        path("erase/", opened(own.erase), name=f"{prefix}erase"),
        path("export/", opened(own.export_own), name=f"{prefix}export"),
    ]


urlpatterns = [
    path("", signup.subscribe, name="subscribe"),
    path("asked/", signup.asked, name="asked"),
    path("erased/", own.erased, name="erased"),
    path("confirm/<str:token>/", signup.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", signup.unsubscribe, name="unsubscribe"),
    path("resubscribe/<str:token>/", signup.resubscribe, name="resubscribe"),
    path("address/<str:token>/", address.confirm_address, name="confirm_address"),
    path("address/<str:token>/keep/", address.keep_address, name="keep_address"),
    path("preferences/<str:token>/", include(_pages_of_owner(by_link))),
    path("mine/", include(_pages_of_owner(by_account, "my_"))),
    path("mine/start/", own.start, name="start"),
]
