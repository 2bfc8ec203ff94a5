"""A worker that does nothing but flush views. Importing it sets Django up."""

import django

django.setup()


def flush_for_ever() -> None:
    from news import views_counter

    while True:
        views_counter.flush()
