"""Publishing: one transaction, whatever happens in the middle of it."""

import dataclasses
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from made_offices import Offices, sembako_rows
from sqlalchemy.exc import IntegrityError

from sinergi import publish
from sinergi.database import DatabaseUnavailable, EmbeddedServer, connect
from sinergi.database import engine as make_engine
from sinergi.intake import collect_sender, intake

TABLES = ("raw.interventions", "quarantine.rows", "quarantine.ignored_rows", "ops.findings", "ops.validations")


def some_bad_rows(count=40, month=1):
    rows = sembako_rows(count, month=month)
    rows[3][2] = 6271011501800004
    return rows


@pytest.fixture
def own_server():
    """A server that a test may stop."""
    directory = Path(tempfile.mkdtemp(prefix="sinergi-test-", dir="/tmp"))
    directory.chmod(0o755)
    server = EmbeddedServer(directory / "postgres")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


def test_database_down_in_mid_publish(settings, own_server, monkeypatch):
    settings = dataclasses.replace(settings, database_url=own_server.url("sinergi"))
    engine = make_engine(settings.database_url)
    offices = Offices(engine, settings)
    offices.sembako("a.xlsx", some_bad_rows())
    (delivery_id,) = collect_sender(engine, settings)
    close = publish._close

    def lost(cursor, *rest):  # everything is copied, nothing committed
        own_server.stop()
        close(cursor, *rest)

    monkeypatch.setattr(publish, "_close", lost)
    with pytest.raises(DatabaseUnavailable) as raised:
        intake(engine, settings, delivery_id)
    assert "Siti" not in str(raised.value) and raised.value.__suppress_context__
    monkeypatch.undo()
    own_server.start()
    offices.engine = make_engine(own_server.url("sinergi"))  # the server comes back on another port
    assert offices.sql("select status, rows_read from ops.deliveries") == [("received", 0)]
    assert [offices.count(table) for table in TABLES] == [0] * len(TABLES)
    result = intake(offices.engine, settings, delivery_id)
    assert (result.status, result.rows_accepted, result.rows_quarantined) == ("accepted_with_findings", 39, 1)


def test_connection_lost_while_replacing_keeps_the_old_rows(offices, monkeypatch):
    offices.sembako("a.xlsx")
    offices.run_one()
    offices.sembako("b.xlsx", some_bad_rows(41))
    (delivery_id,) = collect_sender(offices.engine, offices.settings)
    copy = publish.copy_frame

    def lost(cursor, table, frame):
        if table == "ops.findings":
            with connect(offices.settings.database_url, autocommit=True) as other:
                other.execute("select pg_terminate_backend(%s)", (cursor.connection.info.backend_pid,))
        copy(cursor, table, frame)

    monkeypatch.setattr(publish, "copy_frame", lost)
    with pytest.raises(DatabaseUnavailable):
        intake(offices.engine, offices.settings, delivery_id)
    assert offices.count("raw.interventions", _delivery_id=1) == 40
    assert offices.sql("select status from ops.deliveries order by 1") == [("accepted",), ("received",)]
    monkeypatch.undo()
    assert intake(offices.engine, offices.settings, delivery_id).rows_accepted == 40
    assert offices.count("raw.interventions") == 40


def test_interrupted_delivery_is_found_by_the_next_run(offices):
    from sinergi.run import _waiting

    offices.sembako("a.xlsx")
    ids = collect_sender(offices.engine, offices.settings)
    with offices.engine.connect() as connection:
        assert _waiting(connection) == ids


def test_row_that_the_database_refuses_holds_the_file_without_quoting_it(offices, monkeypatch, caplog):
    offices.sembako("a.xlsx")
    frame = publish.raw_frame
    monkeypatch.setattr(
        publish, "raw_frame", lambda *given: frame(*given).with_columns(birth_date=pl.lit("6271011501800004"))
    )
    delivery = offices.run_one()
    assert (delivery.status, delivery.rule, delivery.rows_quarantined) == ("held", "file.unreadable", 40)
    assert "6271011501800004" not in delivery.reason + caplog.text
    assert offices.count("raw.interventions") == 0


def test_accounting_is_a_constraint(offices, monkeypatch):
    offices.sembako("a.xlsx")
    offices.run_one()
    with pytest.raises(IntegrityError), offices.engine.begin() as connection:
        connection.exec_driver_sql("update ops.deliveries set rows_accepted = rows_accepted - 1")


@pytest.fixture
def cursor(database_url):
    with connect(database_url) as connection, connection.cursor() as cursor:
        yield cursor


def test_copy_keeps_every_kind_of_text(cursor):
    cursor.execute("create table t (a text, n numeric(16,2), d date, b boolean, j jsonb, l text[])")
    hard = ["", None, "a,b", 'say "x"', "two\nlines", "back\\slash", "\\N", "\\.", " blank ", "é␀", "nul\0", "NULL"]
    lists = [["x"], None, [], ['q"u'], ["b\\s"], ["a,b", "{}"], ["NULL"], [" "]] + [None] * (len(hard) - 8)
    frame = pl.DataFrame({"a": hard, "l": lists}).with_columns(
        n=pl.lit(1234567890123.5), d=pl.date(2024, 1, 31), b=pl.lit(True), j=pl.lit('{"k": "v,\\"w\\""}')
    )
    frame = frame.with_columns(publish._array("l"))
    publish.copy_frame(cursor, "t", frame)
    rows = cursor.execute("select a, l, n, d::text, b, j from t").fetchall()
    assert [row[0] for row in rows] == [*hard[:10], "nul␀", "NULL"]
    assert [row[1] for row in rows] == lists
    assert rows[0][2:] == (Decimal("1234567890123.50"), "2024-01-31", True, {"k": 'v,"w"'})


def test_slices_lose_nothing(cursor, monkeypatch):
    monkeypatch.setattr(publish, "SLICE", 7)
    cursor.execute("create table t (a integer, b text)")
    publish.copy_frame(cursor, "t", pl.DataFrame({"a": range(100), "b": [None] * 50 + ["x"] * 50}))
    assert cursor.execute("select count(*), sum(a), count(b) from t").fetchone() == (100, 4950, 50)
