"""Where an old id is today: merges followed to their end in BI. Splits are the unit tests' of xwalk_ids.yml."""

from made_up import MadeUp, named, nik
from sqlalchemy import text

from sinergi import build as warehouse
from sinergi.database import engine as make_engine
from sinergi.link import link
from sinergi.linkage import decisions


def test_bi_follows_an_old_id_through_one_merge_after_another(database_url, settings):
    engine = make_engine(database_url)
    city = MadeUp(engine)
    rows = [named(name, None, household=str(n)) for n, name in enumerate(("Budi Santoso", "Rusmiati", "Wagiyem"), 1)]
    city.deliver("setda/sk_walikota", "decrees", rows)

    def people():
        link(engine, settings)
        return [city.crosswalk()["setda/sk_walikota", row][0] for row in (2, 3, 4)]

    def decided(number):
        decisions.approve(engine, number, who="Yohanes")
        return people()

    first = people()
    assert len(set(first)) == 3
    pair = decided(decisions.merge(engine, str(first[0]), str(first[1]), who="Rina", why="one card"))
    assert pair[0] == pair[1] != pair[2]
    three = decided(decisions.merge(engine, str(pair[0]), str(pair[2]), who="Rina", why="one card"))
    assert len(set(three)) == 1
    built = warehouse.build(engine, settings)
    assert built.failures == []
    warehouse.publish(engine, built)
    with engine.connect() as connection:
        query = text("select old_id, current_id, change from bi.xwalk_ids where kind = 'person' order by 1, 2")
        seen = [tuple(row) for row in connection.execute(query)]
    (now,) = set(three)
    assert seen == sorted((old, now, "merged") for old in set(first) - {now})  # the one that ended first, too
    assert nik(1) not in str(seen)
    with engine.connect() as connection:
        granted = "select has_table_privilege('bi_reader', 'bi.xwalk_ids', 'select')"
        assert connection.execute(text(granted)).scalar()
        days = connection.execute(text("select distinct extract(day from changed_at)::int from bi.xwalk_ids")).scalars()
        assert days.all() == [1]
    for number in (2, 1):
        decisions.undo(engine, number, who="Rina", why="another card after all")
        decisions.approve(engine, number, who="Yohanes")
    apart = people()
    assert len(set(apart)) == 3 and now in apart
    with engine.connect() as connection:
        query = text(
            "select new_id from linkage.id_history where kind = 'person' and change = 'split' and old_id = :now"
        )
        assert set(connection.execute(query, {"now": now}).scalars()) == set(apart) - {now}
    engine.dispose()
