"""A build that keeps what nothing touched holds what a whole build of the same data would, in every relation."""

import dataclasses
import shutil

import pytest
from made_offices import Offices
from sqlalchemy import create_engine, text

from sinergi import build as warehouse
from sinergi import dbt_run, increments, ledger, rawtables
from sinergi.database import engine as make_engine
from sinergi.link import link, link_known
from sinergi.linkage import decisions
from sinergi.sample import build_world
from sinergi.sample.exports import exports
from sinergi.sample.files import write_export
from sinergi.settings import Settings

SEED, PEOPLE = 11, 2500
REGISTRIES = ("p3ke/individu_2022", "p3ke/keluarga_2022", "setda/sk_walikota", "dinsos/sandang_pangan")
QUARTERS = ("perikanan/bantuan_kelompok", "perikanan/anggota_kelompok")
# What comes later, part by part: a month of help; a list that replaces another; members of groups, and a list of
# families in the place of another; help to groups; a decree.
LATER = (
    {"2024-12 Sembako.xlsx"},
    {"2024-04 Sandang pangan_revisi.xlsx"},
    {"2024-Q4 Anggota kelompok.xlsx", "Pendataan Kel. Kameloh Baru_revisi.xlsx"},
    {"2024-Q4 Bantuan kelompok.xlsx"},
    {"2024-12-23 Lampiran SK 188.45-408-2024.xlsx"},
)
OF_A_BUILD = {"build_info"}  # its own number and hours


def wanted(export):
    """Tell which files of the sample make a small city: all kinds of lists, and few of each."""
    return (
        export.source_id in REGISTRIES + QUARTERS
        or (export.source_id == "dinsos/sembako" and export.file_name >= "2024-07")
        or (export.source_id.startswith("kelurahan/") and "Kameloh Baru" in export.file_name)
    )


class Growing:
    """A city that is taken in part by part."""

    def __init__(self, settings):
        self.settings = settings
        self.engine = make_engine(settings.database_url)
        self.offices = Offices(self.engine, settings)
        ledger.upgrade(self.engine)
        rawtables.ensure(self.engine, settings.expectations)
        self.files = [export for export in exports(build_world("palangkaraya", SEED, PEOPLE)) if wanted(export)]

    def take_in(self, names=None):
        """Deliver the files of these names (all but those that come later, where none are given) and take them in."""
        later = set().union(*LATER)
        for export in self.files:
            if export.file_name in names if names else export.file_name not in later:
                folder = self.offices.path(export.file_name, export.source_id).parent
                write_export(export, folder, SEED)
                self.offices.arrive(folder / export.file_name)
        return [delivery.status for delivery in self.offices.run()]

    def build(self, link=link):
        link(self.engine, self.settings)
        result = warehouse.build(self.engine, self.settings)
        assert result.failures == []
        return result

    def rows(self, query, **values):
        with self.engine.begin() as connection:
            result = connection.execute(text(query), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def extent(self, settings=None, colour="green"):
        """Tell how much the next build of a colour would make anew."""
        with self.engine.connect() as connection:
            stands_on = increments.footing(connection, settings or self.settings)
            last = connection.execute(text("select max(build_id) from ops.runs")).scalar_one()
        return str(increments.prepare(self.engine, colour, last + 1, stands_on))

    def relations(self, colour, url=None):
        """Give every relation of a build as how many rows it has, and what they add up to."""
        engine = make_engine(url or self.settings.database_url)
        schemas = [f"marts_{colour}", f"bi_{colour}", f"office_{colour}", "intermediate"]
        query = text(
            "select relnamespace::regnamespace || '.' || relname from pg_class where relkind in ('r', 'v') "
            "and relnamespace::regnamespace::text = any(:schemas)"
        )
        rows = "select count(*), sum(hashtextextended(said::text, 0)::numeric) from {} as said"
        with engine.connect() as connection:
            names = [
                name
                for name in connection.execute(query, {"schemas": schemas}).scalars()
                if name.partition(".")[2] not in OF_A_BUILD
            ]
            found = {name: tuple(connection.execute(text(rows.format(name))).one()) for name in names}
        engine.dispose()
        return found


@pytest.fixture(scope="module")
def growing(tmp_path_factory, server):
    home, name = tmp_path_factory.mktemp("growing"), "test_growing"
    (home / "inbox").mkdir()
    url = server.create_database(name)
    settings = Settings.load({}, home=home, inbox=str(home / "inbox"), archive=home / "archive", database_url=url)
    growing = Growing(settings)
    growing.take_in()
    yield growing
    growing.engine.dispose()
    server.drop_database(name)


def copied(server, growing):
    """Copy the city; give its URL."""
    growing.engine.dispose()
    admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("create database test_growing_whole template test_growing strategy file_copy"))
    admin.dispose()
    return server.url("test_growing_whole")


@pytest.mark.timeout(300)
def test_what_it_holds_is_what_a_whole_build_holds(growing, server, monkeypatch):
    monkeypatch.setattr(increments, "MOST", 1)  # in a small city a month of help is much
    for colour in ("blue", "green"):
        result = growing.build()
        assert result.extent == f"whole: {colour} was never built"
        warehouse.publish(growing.engine, result)
    assert growing.take_in(LATER[0]) == ["accepted_with_findings"]
    ahead = growing.build(lambda engine, _: link_known(engine))
    assert ahead.colour == "blue" and ahead.extent.endswith(" rows touched"), ahead.extent
    warehouse.publish(growing.engine, ahead)
    assert growing.rows("select count(*) > 0 from marts.xwalk_people where method = 'waiting'") == [(True,)]
    one = growing.build()
    assert one.colour == "green" and one.extent.endswith(" rows touched"), one.extent
    warehouse.publish(growing.engine, one)

    strangers = growing.rows("""
        select distinct on (family_id) person_id::text from linkage.crosswalk
        where source_id = 'p3ke/individu_2022' and family_id in (
            select family_id from marts.rpt_untargeted_recipients where reason = 'never_decreed'
        )
        order by family_id, person_id limit 2
    """)
    number = decisions.merge(growing.engine, *(each for (each,) in strangers), who="Rina", why="seen")
    decisions.approve(growing.engine, number, who="Yohanes")
    assert growing.take_in(LATER[1]) == ["accepted_with_findings"]
    two = growing.build()
    assert two.colour == "blue" and two.extent.endswith(" rows touched"), two.extent
    warehouse.publish(growing.engine, two)

    # The merge was a mistake: in green they were never one, in `intermediate` they are.
    decisions.undo(growing.engine, number, who="Rina", why="mistake")
    decisions.approve(growing.engine, number, who="Yohanes")
    growing.take_in(LATER[2])
    three = growing.build()
    assert three.colour == "green" and three.extent.endswith(" rows touched"), three.extent

    url = copied(server, growing)
    engine = make_engine(url)
    whole = warehouse.build(engine, growing.settings, whole=True)
    engine.dispose()
    assert (whole.failures, whole.extent, whole.colour) == ([], "whole: asked for", "green")
    kept, anew = growing.relations("green"), growing.relations("green", url)
    server.drop_database("test_growing_whole")
    assert len(kept) > 70 and kept == anew
    runs = growing.rows("select rows_touched > 0, why_whole, base is null from ops.runs order by build_id")
    wholes = [(None, f"{colour} was never built", False) for colour in ("blue", "green")]
    assert runs == [*wholes, *[(True, None, False)] * 4]


def test_anything_but_rows_asks_for_a_whole_build(growing, tmp_path, monkeypatch):
    """Green was built last, after blue was published: it is both the last build and the colour's own."""
    settings = growing.settings
    assert growing.extent() == "0 rows touched"
    project = tmp_path / "dbt"
    shutil.copytree(settings.dbt_project, project)
    moved = dataclasses.replace(settings, dbt_project=project)
    for name in ("seeds/needs.csv", "models/marts/dim_people.sql", "macros/help.sql"):
        before = (project / name).read_bytes()
        (project / name).write_bytes(before + b"\n")
        assert growing.extent(moved).endswith("there is another dbt project")
        (project / name).write_bytes(before)
    assert growing.extent(moved) == "0 rows touched"
    assert growing.extent(dataclasses.replace(settings, hash_key="k" * 32)).endswith("there is another hash key")
    with monkeypatch.context() as patched:
        patched.setattr(increments, "DAY", "select '2024-01-01'")
        assert growing.extent().endswith("there is another day")


@pytest.mark.parametrize("how", ["failed", "a part", "linked meanwhile"])
def test_what_is_no_whole_good_build_is_no_base(growing, monkeypatch, how):
    def dbt(*_):
        if how == "linked meanwhile":
            growing.rows("update linkage.crosswalk set method = 'model' where method = 'nik'")
        return ["model dim_people: relation does not exist"] if how == "failed" else []

    monkeypatch.setattr(dbt_run, "run", dbt)
    result = warehouse.build(growing.engine, growing.settings, select=["dim_areas"] if how == "a part" else ())
    assert growing.extent() == f"whole: build {result.build_id} is none to build upon"
    if how == "linked meanwhile":
        growing.rows(
            "update linkage.crosswalk set method = was.method from marts_green.xwalk_people as was "
            "where was.delivery_id = crosswalk.delivery_id and was.row_number = crosswalk.row_number"
        )
    growing.rows("delete from ops.runs where build_id = :id", id=result.build_id)


def test_rows_that_are_not_linked_yet_are_touched_and_many_are_too_many(growing, monkeypatch):
    growing.take_in(LATER[3])
    [(rows,)] = growing.rows("select rows_accepted from ops.deliveries order by delivery_id desc limit 1")
    assert growing.extent() == f"{rows} rows touched"
    monkeypatch.setattr(increments, "MOST", 0)
    assert growing.extent().endswith(" rows are touched")


def test_a_decree_reaches_people_whom_it_does_not_name(growing):
    growing.rows("update linkage.crosswalk set family_id = null where source_id = 'setda/sk_walikota'")
    assert growing.extent() == "whole: a decree's row is tied to another person or family"
    growing.take_in(LATER[4])
    assert growing.extent() == "whole: decrees came or went"
