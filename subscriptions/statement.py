"""A prepared statement whose answer is fetched later, so that the time until then can be used."""

from typing import Any
from weakref import WeakSet

import psycopg
from django.db import connection
from django.db.utils import OperationalError
from psycopg import pq

_GOOD = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class Statement:
    """`sql` with $1, $2 … for its values, whose types it names itself ($1::bigint)."""

    def __init__(self, name: str, sql: str) -> None:
        self._name, self._sql = name.encode(), sql.encode()
        self._ready_on: WeakSet[psycopg.Connection[Any]] = WeakSet()

    def begin(self, *values: object) -> "Answer":
        """Hand it to PostgreSQL, outside or inside a transaction. Until its answer has been
        fetched, nothing else can be asked of this thread's connection.
        """
        server = self._prepared().pgconn
        texts = [None if value is None else str(value).encode() for value in values]
        try:
            server.send_query_prepared(self._name, texts)
        except psycopg.OperationalError as error:
            raise OperationalError(*error.args) from error
        return Answer(server)

    def _prepared(self) -> "psycopg.Connection[Any]":
        connection.ensure_connection()
        driver: psycopg.Connection[Any] = connection.connection
        if driver not in self._ready_on:
            _checked(driver.pgconn, driver.pgconn.prepare(self._name, self._sql))
            self._ready_on.add(driver)
        return driver


class Answer:
    def __init__(self, server: pq.abc.PGconn) -> None:
        self._server = server

    def count(self) -> int:
        """Waits for the end of the statement; how many rows it returned. To be asked once."""
        results = []
        while result := self._server.get_result():
            results.append(_checked(self._server, result))
        if not results:
            raise OperationalError("the connection to the database was lost")
        return results[-1].ntuples


def _checked(server: pq.abc.PGconn, result: pq.abc.PGresult) -> pq.abc.PGresult:
    if result.status not in _GOOD:
        while server.get_result():
            pass  # until the connection is free again
        raise OperationalError(result.get_error_message())
    return result
