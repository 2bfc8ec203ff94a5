"""What addresses are made of, besides numbers and slugs."""

from datetime import date

from django.urls.converters import StringConverter

from news.feed_formats import FORMATS


class FeedEnding(StringConverter):
    regex = "|".join(FORMATS)


class Day:
    """2026/11/05; what is no day of the calendar is not found."""

    regex = "[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"

    def to_python(self, value: str) -> date:
        year, month, day = map(int, value.split("/"))
        if not 1 < year < 9999:  # their days may lie outside of the calendar in other time zones
            raise ValueError("no such year")
        return date(year, month, day)

    def to_url(self, value: date) -> str:
        return f"{value:%Y/%m/%d}"
