"""The figures of any past day, as they were and as they were known, and the way back to the file.

What was *true* on a day is had from the published build: spells, events and help carry their days. What was *known* on
a day is had by building the same models once more, from the deliveries that had been taken in by then (rows that a
correction has replaced since stand in `history.*`) and with who was who by the build that was published then
(`sinergi.past_links`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, text

from sinergi.entities import load_entities
from sinergi.errors import SinergiError

if TYPE_CHECKING:
    from sinergi.settings import Settings

SELECT = ("+fct_decree_spells", "+fct_family_stages", "+fct_interventions", "+dim_programs", "+rpt_family_journey")
IN_FORCE = "started_on <= {day} and (ended_on is null or ended_on > {day})"
# The spell that holds on the day is the family's latest by then: help counts from its first day, as in rpt_coverage.
FAMILIES = """(
            select family_id, decreed_on from {marts}.rpt_family_journey
            where decreed_on <= {day} and (ended_on is null or ended_on > {day})
        )"""
HELP = "help.family_id = spells.family_id and help.delivered_on between spells.decreed_on and {day} and help.is_help"
# name -> (columns of the answer, query); {marts} is the schema, {day} the day.
FIGURES = {
    "headcount": (
        "area_code text, people integer, families integer",
        f"""
        select area_code, count(distinct person_id)::integer as people, count(distinct family_id)::integer as families
        from {{marts}}.fct_decree_spells where {IN_FORCE} group by area_code order by area_code""",
    ),
    # As in dim_families: being listed or discussed anew takes nobody out of a decree.
    "stages": (
        "stage text, families integer",
        f"""
        select stage, count(*)::integer as families from (
            select distinct on (events.family_id) events.family_id, events.stage
            from {{marts}}.fct_family_stages as events
            left join {FAMILIES} as spells
                on events.family_id = spells.family_id and events.event_on >= spells.decreed_on
            where events.event_on <= {{day}}
                and (spells.family_id is null or events.stage not in ('enumerated', 'deliberated'))
            order by events.family_id, events.event_on desc, events.stage_order desc
        ) as latest group by stage order by stage""",
    ),
    "coverage": (
        "strategy text, families integer, helped integer, gap integer",
        f"""
        select strategies.strategy, count(*)::integer as families, count(help.family_id)::integer as helped,
            (count(*) - count(help.family_id))::integer as gap
        from {FAMILIES} as spells
        cross join (select distinct strategy from {{marts}}.dim_programs where strategy <> 'unknown') as strategies
        left join lateral (
            select help.family_id from {{marts}}.fct_interventions as help
            inner join {{marts}}.dim_programs as programs on help.program_id = programs.program_id
            where programs.strategy = strategies.strategy and {HELP}
            limit 1
        ) as help on true
        group by strategies.strategy order by strategies.strategy""",
    ),
    "unserved": (
        "families integer, unserved integer",
        f"""
        select count(*)::integer as families,
            (count(*) filter (where not exists (select from {{marts}}.fct_interventions as help where {HELP})))::integer
                as unserved
        from {FAMILIES} as spells""",
    ),
}


def create_functions(connection: Connection) -> None:
    """Make what SQL asks with: `marts.<figure>_on(day)` and `marts.walk_back(delivery, row)`.

    For the data team: a day tells kelurahan apart, and so does a count of a few people.
    """
    for name, (columns, query) in FIGURES.items():
        body = query.format(marts="marts", day="on_day")
        _create(connection, f"marts.{name}_on(on_day date)", columns, body)
    _create(connection, "marts.walk_back(of_delivery bigint, of_row integer)", *_walk_back())


def _create(connection: Connection, signature: str, columns: str, body: str) -> None:
    schema, _, rest = signature.partition(".")
    name = rest.partition("(")[0]
    query = "select prosrc from pg_proc where proname = :name and pronamespace = to_regnamespace(:schema)"
    if connection.execute(text(query), {"name": name, "schema": schema}).scalar() == body:
        return  # as it was at the publication before
    connection.exec_driver_sql("set local check_function_bodies = off")  # a build of a few models has not all views
    connection.exec_driver_sql(f"drop function if exists {signature}")
    connection.exec_driver_sql(
        f"create function {signature} returns table ({columns}) language sql stable as $body${body}$body$"
    )


def _walk_back() -> tuple[str, str]:
    """Find one row of one file in raw, in history where a correction has replaced it, or in quarantine."""
    parts = [
        f"select '{schema}.{name}' as stands_in, _sheet as sheet, to_jsonb(record) as row_content"
        f' from {schema}."{name}" as record where _delivery_id = of_delivery and _row_number = of_row'
        for name in load_entities()
        for schema in ("raw", "history")
    ]
    parts.append(
        "select 'quarantine.rows', sheet, source_row from quarantine.rows "
        "where delivery_id = of_delivery and row_number = of_row"
    )
    columns = """source_id text, file_name text, sha256 text, archive_path text, received_at timestamptz,
        status text, sheet text, row_number integer, stands_in text, row_content jsonb"""
    body = f"""
        select delivery.source_id, delivery.file_name, delivery.sha256, delivery.archive_path, delivery.received_at,
            delivery.status, found.sheet, of_row, found.stands_in, found.row_content
        from ops.deliveries as delivery cross join ({" union all ".join(parts)}) as found
        where delivery.delivery_id = of_delivery"""
    return columns, body


def figures(engine: Engine, settings: Settings, on: date, known_at: datetime | date | None = None) -> dict[str, Any]:
    """Give headcount, stages, coverage and the unserved of a day.

    Args:
        engine: The warehouse, published at least once.
        settings: Where the dbt project is.
        on: The day.
        known_at: Only from what had been taken in by then, the end of that day where it is a date; all that is known
            today where left out.

    Returns:
        `on`, `known_at`, `people`, `families`, and per figure a list of rows.

    Raises:
        SinergiError: nothing is published yet.
        sinergi.build.BuildFault: the models could not be built from what was known.
    """
    if known_at is None:
        with engine.connect() as connection:
            if connection.execute(text("select to_regclass('marts.fct_decree_spells')")).scalar() is None:
                raise SinergiError("Nothing is published yet; `sinergi run` builds the warehouse.")
            return {"on": on, "known_at": None, **_ask(connection, "marts", on)}
    from sinergi import build as warehouse

    moment = _moment(known_at)
    with warehouse.as_known(engine, settings, moment, SELECT) as schema, engine.connect() as connection:
        return {"on": on, "known_at": moment, **_ask(connection, schema, on)}


def _moment(known_at: datetime | date) -> datetime:
    if not isinstance(known_at, datetime):
        known_at = datetime.combine(known_at, time.max)
    return known_at if known_at.tzinfo else known_at.replace(tzinfo=UTC)


def _ask(connection: Connection, schema: str, on: date) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for name, (_, query) in FIGURES.items():
        found = connection.execute(text(query.format(marts=schema, day="cast(:day as date)")), {"day": on})
        answers[name] = [dict(row) for row in found.mappings()]
    head = answers["headcount"]
    return {key: sum(row[key] for row in head) for key in ("people", "families")} | answers
