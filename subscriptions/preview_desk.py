"""The next digest as any reader would get it, shown at the desk and sent as a test."""

import logging
from smtplib import SMTPException

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from news.mail import Letter
from news.models import AuditEntry, Rubric
from news.time_zones import time_zones
from subscriptions import account, composing, emails, limits, stencil
from subscriptions.models import Edition, Subscription
from subscriptions.slots import previous_slot
from subscriptions.topics import Topics

logger = logging.getLogger(__name__)

_FRAMING = {"frame-src": [SELF]}
_FRAMED = {"frame-ancestors": [SELF], "style-src": [UNSAFE_INLINE], "script-src": [NONE]}


class ReaderForm(forms.Form):
    """Whose digest it is to be."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(name, name) for name in sorted(time_zones())]
    )
    rubrics = forms.ModelMultipleChoiceField(
        Rubric.objects.all(),
        label=_("Rubrics"),
        required=False,
        help_text=_("None chosen: all of them."),
        widget=forms.CheckboxSelectMultiple,
    )

    def letter(self) -> Letter | None:
        """As it would be now, after the last one of this reader's hour; None without news."""
        chosen, now = self.cleaned_data, timezone.now()
        reader = Subscription(language=chosen["language"], time_zone=chosen["time_zone"])
        topics = Topics(rubrics=tuple(sorted(rubric.pk for rubric in chosen["rubrics"])))
        since = previous_slot(reader, now).at
        letter = composing.preview_for(reader.language, topics, since, now)
        return letter and _without_marks(letter)


class PreviewDesk(admin.ModelAdmin):
    change_list_template = "admin/subscriptions/edition/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view, framed = self.admin_site.admin_view, xframe_options_sameorigin(self.letter_view)
        name = "subscriptions_edition_preview"
        return [
            path("preview/", view(csp_update(_FRAMING)(self.preview_view)), name=name),
            path("preview/letter/", view(csp_replace(_FRAMED)(framed)), name=f"{name}_letter"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request)
        letter = form.letter() if form.is_valid() else None
        if request.method == "POST":
            self._send_test(request, form, letter)
            return redirect(request.get_full_path())
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("The next digest"),
            "form": form,
            "letter": letter,
            "query": request.GET.urlencode(),
            "address": account.address_of(request.user),
        }
        return render(request, "admin/subscriptions/edition/preview.html", context)

    def letter_view(self, request: HttpRequest) -> HttpResponse:
        """The HTML part alone, for the frame of the page above."""
        form = self._form(request)
        letter = form.letter() if form.is_valid() else None
        if letter is None:
            raise Http404
        return HttpResponse(letter.html)

    def _form(self, request: HttpRequest) -> ReaderForm:
        if not request.user.has_perm("subscriptions.change_edition"):
            raise PermissionDenied
        here = {"language": request.LANGUAGE_CODE, "time_zone": settings.TIME_ZONE}
        return ReaderForm(request.GET or here)

    def _send_test(self, request: HttpRequest, form: ReaderForm, letter: Letter | None) -> None:
        """At once, since whoever tests the mail server wants to read its answer."""
        address = account.address_of(request.user)
        if letter is None or not address:
            self.message_user(request, _("Nothing was sent."), messages.ERROR)
            return
        try:
            limits.count_test(f"{request.user.pk}")
            emails.digest_test(letter, address, form.cleaned_data["language"]).send()
        except limits.Refused as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)
        except (SMTPException, OSError) as error:
            logger.warning("test of the digest not sent: %s", error)
            words = _("The mail server did not take it: %(error)s") % {"error": error}
            self.message_user(request, words, messages.ERROR)
        else:
            words, action = str(_("A test of the next digest was sent.")), AuditEntry.Action.CHANGE
            AuditEntry.objects.record(request.user, action, Edition(), detail=words)
            self.message_user(request, _("A test is on its way to %(to)s.") % {"to": address})


def _without_marks(letter: Letter) -> Letter:
    """Its links of a subscriber's own lead to the page of unknown links: it is nobody's."""
    parts = [letter.subject, letter.text, letter.html]
    for mark in (stencil.UNSUBSCRIBE, stencil.PREFERENCES):
        parts = [part.replace(mark, "test") for part in parts]
    return Letter(*parts)
