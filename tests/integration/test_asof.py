"""Any past day, as it was and as it was known; the way from a figure to its row; a decree's list as it was signed."""

from datetime import UTC, date, datetime

import pytest
from made_corrections import Corrections
from made_offices import person, sembako_rows, workbook
from made_up import ended, kk, named, nik
from sqlalchemy import text

from sinergi import asof, decisions, decrees
from sinergi import build as warehouse
from sinergi.errors import SinergiError
from sinergi.link import link
from sinergi.papers import figures as papers

SIGNED = ["No", "Nomor SK", "Tanggal SK", "Tindakan", "No. Urut Keluarga", "No. KK", "NIK", "Nama", "Kode Kelurahan"]
SIGNED += ["Kelurahan", "Keterangan"]
FIRST, SECOND = "188.45/24/2024", "188.45/61/2024"


def signed(number, day, action, people):
    """Give rows of a decree's attachment as the secretariat types them."""
    rows = []
    for place, who in enumerate(people, 1):
        name, nik, no_kk = person(who)
        area = ["62.71.04.1004", "Kameloh Baru"]
        rows.append([place, number, day, action, str(who), no_kk, nik, f"  {name.upper()} ", *area, "sesuai Muskel"])
    return rows


@pytest.fixture
def past(offices):
    """Three families decreed; help to the first taken back by a correction; the second graduated by a later decree."""
    folder = "setda/sk_walikota"
    days = {}

    def take_in(path, day):
        offices.arrive(path)
        delivery = offices.run_one()
        assert delivery.status.startswith("accepted"), delivery.reason
        days[delivery.delivery_id] = day
        return delivery.delivery_id

    layout = {"sheet": "Lampiran", "above": 6}
    rows = signed(FIRST, "24 Januari 2024", "Ditetapkan", (1, 2, 3))
    take_in(workbook(offices.path("sk1.xlsx", folder), rows, SIGNED, **layout), "2024-01-25")
    first = take_in(workbook(offices.path("2024-02.xlsx"), sembako_rows(10, month=2)), "2024-03-08")
    corrected = workbook(offices.path("2024-02 perbaikan.xlsx"), sembako_rows(9, month=2, first=2))
    take_in(corrected, "2024-03-20")
    rows = signed(SECOND, "26 Februari 2024", "Graduasi", (2,))
    take_in(workbook(offices.path("sk2.xlsx", folder), rows, SIGNED, **layout), "2024-04-15")
    with offices.engine.begin() as connection:
        for delivery_id, day in days.items():
            query = "update ops.deliveries set received_at = :day, finished_at = :day where delivery_id = :id"
            connection.execute(text(query), {"day": datetime.fromisoformat(day).replace(tzinfo=UTC), "id": delivery_id})
    offices.first_sembako = first
    return offices


def of(answer, figure, **equals):
    """Give the one row of a figure."""
    (row,) = [row for row in answer[figure] if equals.items() <= row.items()]
    return row


def test_what_was_true_what_was_known_and_the_way_back(past):
    link(past.engine, past.settings)
    result = warehouse.build(past.engine, past.settings)
    assert result.failures == []
    warehouse.publish(past.engine, result)

    def ask(on, known_at=None):
        return asof.figures(past.engine, past.settings, on, known_at)

    assert ask(date(2024, 1, 23))["people"] == 0
    assert [ask(day)["people"] for day in (date(2024, 1, 24), date(2024, 2, 25), date(2024, 2, 26))] == [3, 3, 2]
    february = ask(date(2024, 2, 25))
    assert of(february, "coverage", strategy="reduce_expenditure") == {
        "strategy": "reduce_expenditure", "families": 3, "helped": 2, "gap": 1,
    }  # fmt: skip
    assert {row["stage"]: row["families"] for row in february["stages"]} == {"assisted": 2, "decreed": 1}

    before = ask(date(2024, 2, 25), date(2024, 3, 10))  # the file that was corrected later says that all three had help
    assert (before["people"], of(before, "coverage", strategy="reduce_expenditure")["helped"]) == (3, 3)
    assert ask(date(2024, 2, 26), date(2024, 3, 31))["people"] == 3  # the second decree had not arrived
    assert ask(date(2024, 2, 26), datetime(2024, 4, 15, tzinfo=UTC))["people"] == 2
    nothing = ask(date(2024, 2, 26), date(2024, 1, 1))
    assert (nothing["people"], nothing["headcount"], nothing["stages"]) == (0, [], [])
    left = past.sql("select count(*) from information_schema.schemata where schema_name like 'known%'")
    assert left == [(0,)]

    assert past.sql("select people from marts.headcount_on('2024-02-25')") == [(3,)]

    query = """
        select origin.file_name, origin.sheet, origin.row_number, origin.row_content ->> 'full_name', origin.stands_in
        from marts.fct_decree_spells as spell
        cross join lateral marts.walk_back(spell.delivery_id, spell.row_number) as origin
        where started_on <= '2024-02-25' order by 3
    """
    names = [f"  {person(who)[0].upper()} ".strip() for who in (1, 2, 3)]
    assert past.sql(query) == [("sk1.xlsx", "Lampiran", 8 + at, name, "raw.decrees") for at, name in enumerate(names)]
    replaced = past.sql("select status, stands_in from marts.walk_back(:id, 6)", id=past.first_sembako)
    assert replaced == [("superseded", "history.interventions")]


def test_a_decree_as_it_was_signed(past):
    (listed,) = decrees.signed_lists(past.engine, past.settings, FIRST)
    assert listed["rows"].columns == ["row", *SIGNED]
    typed = [[str(cell) for cell in row] for row in signed(FIRST, "24 Januari 2024", "Ditetapkan", (1, 2, 3))]
    found = [list(row[1:]) for row in listed["rows"].rows()]
    assert found == typed and [row[0] for row in listed["rows"].rows()] == [8, 9, 10]

    headers = ["SK Yang Dicabut", "Nomor SK Pencabutan", "Tanggal SK Pencabutan", "Berlaku Mulai", "Keterangan"]
    rows = [[FIRST, "188.45/99/2024", "29 Maret 2024", "1 April 2024", ""]]
    past.arrive(workbook(past.path("c.xlsx", "setda/pencabutan_sk"), rows, headers, sheet="Pencabutan"))
    assert past.run_one().status == "accepted"
    (again,) = decrees.signed_lists(past.engine, past.settings, FIRST)
    assert again["rows"].equals(listed["rows"])  # what was signed stays what was signed
    assert (listed["withdrawn"], again["withdrawn"]) == (None, "by 188.45/99/2024, from 2024-04-01 on")

    with pytest.raises(SinergiError, match="No decree"):
        decrees.signed_lists(past.engine, past.settings, "1/2/3")
    (archived,) = past.sql("select archive_path from ops.deliveries where file_name = 'sk2.xlsx'")
    path = past.settings.archive / archived[0]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(SinergiError, match="SHA-256"):
        decrees.signed_lists(past.engine, past.settings, SECOND)


def deliver_decree(offices, rows):
    """Let the secretariat deliver a list; the cells as typed and the delivery."""
    path = workbook(offices.path("sk.xlsx", "setda/sk_walikota"), rows, SIGNED, sheet="Lampiran", above=6)
    offices.arrive(path)
    return [[str(cell) for cell in row] for row in rows], offices.run_one()


def cells_of(listed):
    return [list(row[1:]) for row in listed["rows"].rows()]


def test_a_list_stays_as_signed_when_it_is_corrected_twice(offices, tmp_path):
    rows = signed(FIRST, "24 Januari 2024", "Ditetapkan", (1, 2, 3))
    rows[1][6] = "9999999999999999"
    typed, delivery = deliver_decree(offices, rows)
    for turn, number in enumerate((person(4)[1], person(2)[1])):
        book = Corrections.of(offices, delivery.delivery_id, tmp_path, f"{turn}.xlsx")
        book.fix(9, "NIK", number).send(offices, f"sk-perbaikan-{turn}.xlsx", "setda/sk_walikota")
        assert offices.run_one().status.startswith("accepted")
    assert offices.sql("select count(distinct _delivery_id) from history.decrees") == [(2,)]
    (listed,) = decrees.signed_lists(offices.engine, offices.settings, FIRST)
    assert (listed["delivery_id"], listed["file_name"]) == (delivery.delivery_id, "sk.xlsx")
    assert listed["is_replaced"] and cells_of(listed) == typed


def test_a_released_list_shows_the_rows_that_were_set_aside_too(offices):
    rows = signed(FIRST, "24 Januari 2024", "Ditetapkan", (1, 2, 3)) + signed(
        SECOND, "26 Februari 2024", "Graduasi", (4,)
    )
    rows[2][7] = rows[2][2] = ""  # neither a name nor a day: no row of raw
    typed, delivery = deliver_decree(offices, rows)
    assert delivery.status == "held"
    with pytest.raises(SinergiError, match="No decree"):
        decrees.signed_lists(offices.engine, offices.settings, FIRST)
    decisions.release(offices.engine, offices.settings, delivery.delivery_id, "as signed")
    assert offices.count("raw.decrees") == 3 and offices.count("quarantine.rows") == 1
    (listed,) = decrees.signed_lists(offices.engine, offices.settings, FIRST)
    assert cells_of(listed) == [[cell or None for cell in row] for row in typed[:3]] and not listed["is_replaced"]
    (other,) = decrees.signed_lists(offices.engine, offices.settings, SECOND)
    assert cells_of(other) == typed[3:]


def test_one_rule_says_what_help_counts_for_a_family_decreed_again(made_city, settings):
    """Family 1 was let go and named again; of family 2 the first that was named left and the other stayed."""
    april, may, june = date(2024, 4, 10), date(2024, 5, 10), date(2024, 6, 10)
    first = [named("Budisantosa Wibawanto", 1), named("Tarigansari Ambarwulan", 2, household="2", no_kk=kk(2))]
    again = {"decree_number": "188.45/99/2024", "decreed_on": may}
    second = {"household": "2", "no_kk": kk(2)}
    stays = named("Yohanesputra Ambarwulan", 3, decree_number="188.45/50/2024", decreed_on=date(2024, 3, 1), **second)
    for rows in (
        first,
        [stays],
        [
            ended("graduated", "Budisantosa Wibawanto", 1, on=april),
            ended("removed", "Tarigansari Ambarwulan", 2, on=april, **second),
        ],
        [named("Budisantosa Wibawanto", 1, **again)],
    ):
        made_city.deliver("setda/sk_walikota", "decrees", rows)
    given = {"recipient_kind": "family", "program_id": "dinsos-sembako"}
    days = [(1, date(2024, 2, 5)), (1, date(2024, 4, 20)), (2, date(2024, 2, 7))]
    names = {1: "Budisantosa Wibawanto", 2: "Tarigansari Ambarwulan"}
    help_ = [{"full_name": names[who], "nik": nik(who), "delivered_on": day} for who, day in days]
    later = {"full_name": names[1], "nik": nik(1), "delivered_on": june, "status": "returned"}
    made_city.deliver("dinsos/sembako", "interventions", [row | given for row in (*help_, later)])
    link(made_city.engine, settings)
    result = warehouse.build(made_city.engine, settings)
    assert result.failures == []
    warehouse.publish(made_city.engine, result)
    with made_city.engine.connect() as connection:

        def ask(query, **values):
            return [tuple(row) for row in connection.execute(text(query), values)]

        months = ask("select month_end, people, families from marts.rpt_headcount_city order by 1")
        assert len(months) >= 5
        for day, *counts in months:
            found = ask("select sum(people), sum(families) from marts.headcount_on(:day) having count(*) > 0", day=day)
            assert found == ([tuple(counts)] if counts[0] else [])
        coverage = ask("select * from marts.coverage_on(current_date)")
        assert coverage == ask("""
            select strategy, count(*)::integer, (count(*) filter (where not is_gap))::integer,
                (count(*) filter (where is_gap))::integer
            from marts.rpt_coverage where ended_on is null group by 1 order by 1""")
        # What came before the family was named again closes no gap; what came while its first member was in force does.
        assert ("reduce_expenditure", 2, 1, 1) in coverage
        unserved = ask("select count(*)::integer from marts.rpt_unserved_families where is_in_force")
        assert ask("select unserved from marts.unserved_on(current_date)") == unserved == [(1,)]
        assert ask("select helped from marts.coverage_on('2024-04-09') where strategy = 'reduce_expenditure'") == [(2,)]
        assert ask("select * from marts.stages_on(current_date)") == ask("""
            select stage, count(*)::integer from marts.dim_families
            where stage is not null group by 1 order by 1""")
    page = papers.collect(made_city.engine, date(2024, 5, 1))  # the last month that anything is known of
    assert [(row["strategy"], row["families"], row["helped"]) for row in page["coverage"]] == [c[:3] for c in coverage]
    assert page["unserved"] == 1
