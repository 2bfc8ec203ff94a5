"""PostgreSQL goes away in mid-run: the sender remembers until it can write down what it knows."""

import pytest
from django.db import connection, connections

from subscriptions.tasks import send_edition
from tests.subscriptions.rows import make_edition, states
from tests.subscriptions.sink import Sink


def cut_off_everybody_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["on_rcpt", "on_data"])
def test_a_lost_connection_to_the_database_leaves_no_doubt(sink: Sink, step: str) -> None:
    edition = make_edition(4)

    def strike(recipient: str) -> None:
        if len(sink.accepted) == 2:
            cut_off_everybody_else()

    setattr(sink, step, strike)
    send_edition(edition.pk)
    setattr(sink, step, lambda recipient: None)
    send_edition(edition.pk)
    assert states(edition) == ["sent"] * 4
    assert len(set(sink.recipients)) == len(sink.recipients) == 4
