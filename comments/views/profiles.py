"""What one reader has written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from comments import muting
from comments.models import Comment
from comments.views.addressed import named_reader
from news.models import Article
from news.paging import keyset_page


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Closed accounts have none; other spellings of the name lead to its own."""
    reader = named_reader(username)
    if reader.username != username:
        return redirect("comments:profile", reader.username, permanent=True)
    public = Comment.objects.visible().of_published_articles().filter(author=reader)
    context = {
        "reader": reader,
        "page": keyset_page(public, ("-created_at", "-pk"), request.GET),
        "comment_count": public.count(),
        "response_count": Article.objects.published().responses_by(reader).count(),
        "is_muted": muting.is_muted(request.user.pk, reader.pk),
    }
    return render(request, "comments/profile.html", context)
