from typing import Any

from django import forms
from django.utils.dateparse import parse_date


class DayInput(forms.DateInput):
    """A browser's calendar. It would hide what is no date, so that is shown as text to mend."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if (shown := context["widget"]["value"]) and not _is_day(shown):
            context["widget"]["type"] = "text"
        return context


def _is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:  # such as the 31st of February
        return False
