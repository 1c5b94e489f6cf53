"""Who was who at a moment is what was published then."""

from datetime import UTC, date, datetime

from made_up import kk, named
from sqlalchemy import text

from sinergi import asof
from sinergi import build as warehouse
from sinergi.link import link
from sinergi.linkage import decisions


def test_who_was_who_is_what_was_published_then(made_city, settings):
    """Two decreed people turn out to be one, and that turns out to be a mistake: each moment knows its own."""
    engine, day = made_city.engine, date(2024, 2, 25)
    rows = [named("Budisantosa Wibawanto", 1), named("Budi Wibawanto Santosa", 2, household="2", no_kk=kk(2))]
    made_city.deliver("setda/sk_walikota", "decrees", rows)

    def publish(on):
        link(engine, settings)
        result = warehouse.build(engine, settings)
        assert result.failures == []
        warehouse.publish(engine, result)
        with engine.begin() as connection:
            query = "update ops.runs set finished_at = :on where build_id = :id"
            connection.execute(text(query), {"on": on, "id": result.build_id})

    def ask(known_at=None):
        return asof.figures(engine, settings, day, known_at)["people"]

    def kept():
        with engine.connect() as connection:
            query = "select row_number, until_build from history.crosswalk order by 1"
            return [tuple(row) for row in connection.execute(text(query))]

    publish(datetime(2024, 3, 1, tzinfo=UTC))
    with engine.begin() as connection:
        connection.execute(text("update ops.deliveries set received_at = '2024-02-20', finished_at = '2024-02-20'"))
    first, second = (str(made_city.crosswalk()["setda/sk_walikota", row][0]) for row in (2, 3))
    assert first != second and kept() == []
    number = decisions.merge(engine, first, second, who="Rina", why="seen")
    decisions.approve(engine, number, who="Yohanes")
    publish(datetime(2024, 4, 1, tzinfo=UTC))
    assert len(kept()) == 1 and ask() == 1
    assert [ask(date(2024, month, 15)) for month in (3, 4)] == [2, 1]
    decisions.undo(engine, number, who="Rina", why="mistake")
    decisions.approve(engine, number, who="Yohanes")
    publish(datetime(2024, 5, 1, tzinfo=UTC))
    assert len(kept()) == 2 and ask() == 2
    assert [ask(date(2024, month, 15)) for month in (3, 4, 5)] == [2, 1, 2]
