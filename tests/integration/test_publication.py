"""Publication without a gap: readers that never stop see whole builds, one after the other, and never an error."""

import threading
import time

import pytest
from made_up import MadeUp, named
from sqlalchemy import text

from sinergi import bi, roles
from sinergi import build as warehouse
from sinergi.build import BuildFault, BuildResult
from sinergi.database import connect
from sinergi.database import engine as make_engine
from sinergi.link import link

# Every relation carries its build here: a mixture of two builds would show as two numbers in one row.
MANY = "abcdefghij"
READ = "select " + ", ".join(f"(select max(build_id) from bi.{name})" for name in MANY)


class Readers:
    """Threads that run one statement over and over until told to stop."""

    def __init__(self, url, query, count=3):
        self.url, self.query = url, query
        self.rows, self.faults = [], []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._read) for _ in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _read(self):
        with connect(self.url, autocommit=True) as connection:
            connection.execute(f"set role {roles.READER}")
            while not self.over.is_set():
                try:
                    self.rows.append(connection.execute(self.query).fetchone())
                except Exception as fault:
                    self.faults.append(fault)


@pytest.fixture
def engine(database_url):
    engine = make_engine(database_url)
    MadeUp(engine)
    yield engine
    engine.dispose()


def build_by_hand(engine, *, names=MANY, columns="build_id"):
    """Write a build as dbt would, in no time."""
    with engine.begin() as connection:
        colour = bi.idle_colour(connection)
        insert = text("insert into ops.runs (colour, status) values (:colour, 'built') returning build_id")
        build_id = connection.execute(insert, {"colour": colour}).scalar_one()
        for layer in ("bi", "marts"):
            connection.execute(text(f"drop schema if exists {layer}_{colour} cascade"))
            connection.execute(text(f"create schema {layer}_{colour}"))
        for name in names:
            values = ", ".join(
                "1 as extra" if column == "extra" else f"{build_id} as {column}" for column in columns.split()
            )
            connection.execute(
                text(f"create table marts_{colour}.{name} as select {values} from generate_series(1, 500)")
            )
            connection.execute(text(f"create view bi_{colour}.{name} as select * from marts_{colour}.{name}"))
    return BuildResult(build_id, f"marts_{colour}", ok=True)


def test_readers_go_through_ten_publications_without_error_or_mixture(engine, database_url):
    warehouse.publish(engine, build_by_hand(engine))
    with Readers(database_url, READ) as readers:
        for _ in range(10):
            warehouse.publish(engine, build_by_hand(engine))
            time.sleep(0.1)
    assert readers.faults == []
    assert all(len(set(row)) == 1 for row in readers.rows)
    assert len(set(readers.rows)) > 5  # they did see the builds change


def test_real_builds_one_of_them_failing_under_readers(engine, database_url, settings):
    city = MadeUp(engine)
    city.deliver("setda/sk_walikota", "decrees", [named("Budi", 1)])
    link(engine, settings)
    first = warehouse.build(engine, settings)
    assert first.failures == []
    warehouse.publish(engine, first)
    # The last delivery that this build knows of stands beside the build's own number.
    query = """
        select (select build_id from bi.build_info), (select max(delivery_id) from bi.rpt_deliveries),
            (select max(people) from bi.rpt_headcount_city), (select count(*) from bi.dim_people)
    """
    with Readers(database_url, query, count=2) as readers:
        city.deliver("setda/sk_walikota", "decrees", [named("Rusmiati", 2, household="2", area_code="00.00.00.0000")])
        link(engine, settings)
        broken = warehouse.build(engine, settings)
        assert not broken.ok and broken.failures
        with engine.begin() as connection:
            connection.execute(text("update raw.decrees set area_code = '62.71.04.1004'"))
        second = warehouse.build(engine, settings)
        assert second.failures == []
        warehouse.publish(engine, second)
        deadline = time.monotonic() + 5
        while readers.rows[-1][0] != second.build_id and time.monotonic() < deadline:
            time.sleep(0.05)
    assert readers.faults == []
    assert set(readers.rows) == {(first.build_id, 1, 1, 1), (second.build_id, 2, 2, 2)}


def test_a_reader_in_the_middle_of_a_transaction_is_waited_for_never_ended(engine, database_url):
    warehouse.publish(engine, build_by_hand(engine))
    second = build_by_hand(engine)
    with connect(database_url) as reader:
        before = reader.execute("select max(build_id) from bi.a").fetchone()
        publisher = threading.Thread(target=warehouse.publish, args=(engine, second))
        publisher.start()
        time.sleep(1.5)  # longer than deadlock_timeout
        assert publisher.is_alive()
        assert reader.execute("select max(build_id) from bi.j").fetchone() == before
        reader.commit()
        publisher.join(timeout=20)
        assert reader.execute("select max(build_id) from bi.a").fetchone() == (second.build_id,)


def test_a_view_that_is_held_for_too_long_leaves_everything_as_it_is(engine, database_url, monkeypatch):
    monkeypatch.setattr(bi, "PATIENCE", 0.5)
    first = build_by_hand(engine)
    warehouse.publish(engine, first)
    second = build_by_hand(engine)
    with connect(database_url) as reader:
        reader.execute("select * from bi.c limit 1")
        with pytest.raises(bi.PublishFault, match="pg_stat_activity"):
            warehouse.publish(engine, second)
        assert reader.execute("select max(build_id) from bi.a").fetchone() == (first.build_id,)
    warehouse.publish(engine, second)


def test_columns_and_relations_may_come_change_and_go(engine):
    warehouse.publish(engine, build_by_hand(engine, columns="build_id extra"))
    warehouse.publish(engine, build_by_hand(engine, names="abk", columns="build_id"))
    with engine.connect() as connection:
        query = "select table_name, column_name from information_schema.columns where table_schema = 'bi' order by 1"
        assert [tuple(row) for row in connection.execute(text(query))] == [(name, "build_id") for name in "abk"]
        granted = f"select has_table_privilege('{roles.READER}', 'bi.a', 'select')"
        assert connection.execute(text(granted)).scalar() is True
    warehouse.publish(engine, build_by_hand(engine, columns="extra build_id"))


def test_a_build_that_another_has_written_over_is_not_published(engine):
    stale = build_by_hand(engine)
    newer = build_by_hand(engine)
    with pytest.raises(BuildFault, match=f"build {newer.build_id}"):
        warehouse.publish(engine, stale)
    warehouse.publish(engine, newer)
