"""What is scheduled and published, as a calendar."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from news.calendar import MOST_IN_A_DAY, Month, coming_out, day_named
from news.paging import keyset_page

from .article_desk import ArticleDesk


class CalendarDesk(ArticleDesk):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.calendar_view)
        return [path("calendar/", view, name="news_article_calendar"), *super().get_urls()]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        """A month, or with `?day=` all that a day has more than that shows."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {"opts": self.opts}
        if day := day_named(request.GET.get("day", "")):
            rows = coming_out(day, day + timedelta(days=1))
            page: Any = keyset_page(rows, ("published_at", "pk"), request.GET, 50)
            context |= {"title": _("Calendar"), "day": day, "page": page}
            return TemplateResponse(request, "admin/news/article/calendar_day.html", context)
        month = Month.named(request.GET.get("month", ""))
        context |= {"title": _("Calendar"), "month": month, "weeks": month.weeks()}
        context["most"] = MOST_IN_A_DAY
        return TemplateResponse(request, "admin/news/article/calendar.html", context)
