"""What one reader has written."""

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from comments.models import Comment
from news.paging import keyset_page


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Closed accounts have none; other spellings of the name lead to its own."""
    reader = get_user_model().objects.named_like(username).filter(is_active=True).first()
    if reader is None or reader.username.casefold() != username.casefold():
        raise Http404
    if reader.username != username:
        return redirect("comments:profile", reader.username, permanent=True)
    public = Comment.objects.visible().of_published_articles().filter(author=reader)
    context = {
        "reader": reader,
        "page": keyset_page(public, ("-created_at", "-pk"), request.GET),
        "comment_count": public.count(),
    }
    return render(request, "comments/profile.html", context)
