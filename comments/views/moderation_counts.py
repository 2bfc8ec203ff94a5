"""What everybody may know of moderation: how much of it there is, month by month."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments.models import CommentReport, MonthlyCount

_MONTHS = 24


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    months = list(MonthlyCount.objects.all()[:_MONTHS])
    context = {"months": months, "reasons": CommentReport.Reason.choices}
    return render(request, "comments/moderation_counts.html", context)
