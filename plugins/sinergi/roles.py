"""What each role may read of a build. Migration 0004 makes the roles; publication grants, in its own transaction.

bi_reader reads the views of `bi`. The role of an office reads, besides, one view of its own in the schema `office`: by
name, its families alone, and its columns alone (seeds/office_columns.csv), and of its overlaps with other offices; the
office that announces vacancies one of their candidates. The rows are kept by row security on the
table itself, forced on its owner too and judged by who asks: a view of anyone's, the owner's included, shows no more.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

READER = "bi_reader"
OFFICE = "office"
PEOPLE = "office_people"
# Further lists by name, under the same row security: table -> what the office's view of it ends in.
LISTS = {"office_overlaps": "_overlaps", "office_candidates": "_candidates"}

# For every office; what more it may see stands in seeds/office_columns.csv, each column with its reason. Whoever has
# `is_child` there sees children by name; the model leaves name, number, sex and particulars out for all others.
COMMON = (
    *("opd_id", "family_no", "full_name", "nik", "relationship", "sex", "age_band", "district_name", "area_name"),
    *("area_code", "address", "rt", "rw", "phone", "is_in_force", "needs", "times_helped", "last_helped_on"),
)

# Whom the row belongs to, by the roles that the asker has. Functions and views cannot change who asks.
POLICY = """
alter table {table} enable row level security, force row level security;
create policy own_families on {table} for select using (
    opd_id in (
        select substr(rolname, 4) from pg_roles where rolname ~ '^bi_' and pg_has_role(current_user, oid, 'usage')
    )
);
create policy whole_list on {table} to {owner} using (current_user = '{owner}');
"""

# The office that vacancies are announced by: whose mandate work is, under its name of today.
MANDATED = """
select coalesce(offices.current_opd_id, needs.opd_id)
from staging.needs as needs left join intermediate.int_offices as offices on needs.opd_id = offices.opd_id
where needs.need_id = 'work'
"""

# Roles belong to the whole server, which may hold several databases of ours, with other owners.
ROLE = """
do $$ begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} nologin;
    end if;
    if not pg_has_role('{role}', '{reader}', 'member') then
        grant {reader} to {role};
    end if;
exception when duplicate_object or unique_violation then null;
end $$
"""


def office_role(opd_id: str) -> str:
    """Return the role of an office."""
    return f"bi_{opd_id}"


def relations(connection: Connection, schema: str) -> set[str]:
    """Return the names of a schema's tables and views."""
    query = text("select table_name from information_schema.tables where table_schema = :schema")
    return set(connection.execute(query, {"schema": schema}).scalars())


def grant(connection: Connection, colour: str) -> None:
    """Let each role read its part of the build that is being published.

    Args:
        connection: The transaction that switches the views.
        colour: The schemas of the build.
    """
    connection.execute(text(f"grant usage on schema bi to {READER}"))
    for view in sorted(relations(connection, "bi")):
        # A view that is no barrier lets a function of the reader see rows that the view leaves out.
        connection.execute(text(f'alter view bi."{view}" set (security_barrier = true)'))
        connection.execute(text(f'grant select on bi."{view}" to {READER}'))
    if PEOPLE in relations(connection, f"{OFFICE}_{colour}"):
        _grant_offices(connection, colour)


def _grant_offices(connection: Connection, colour: str) -> None:
    schema = f"{OFFICE}_{colour}"
    connection.execute(text(f"create schema if not exists {OFFICE}"))
    columns = _columns_of_offices(connection)
    built = relations(connection, schema)
    lists = {table: _names(connection, schema, table) for table in (PEOPLE, *LISTS) if table in built}
    for view in sorted(relations(connection, OFFICE)):  # made anew below, for the offices that there are now
        connection.execute(text(f'drop view {OFFICE}."{view}"'))
    for table, names in lists.items():
        _secure(connection, f"{schema}.{table}", names)
    mandated: set[str] = set()
    if "office_candidates" in lists:
        mandated = set(connection.execute(text(MANDATED)).scalars())
    before = f"{OFFICE}_{'green' if colour == 'blue' else 'blue'}"
    has_before = connection.execute(text("select to_regnamespace(:name) is not null"), {"name": before}).scalar()
    for opd_id, own in columns.items():
        role = office_role(opd_id)
        connection.execute(text(ROLE.format(role=role, reader=READER)))  # an office that came after the migration
        connection.execute(text(f"grant usage on schema {OFFICE}, {schema} to {role}"))
        if has_before:
            connection.execute(text(f"revoke usage on schema {before} from {role}"))
        for table, names in lists.items():
            if table == "office_candidates" and opd_id not in mandated:
                continue
            listed = ", ".join((*COMMON, *own) if table == PEOPLE else names)
            connection.execute(text(f"grant select ({listed}) on {schema}.{table} to {role}"))
            view = f'{OFFICE}."{opd_id}{LISTS.get(table, "")}"'
            connection.execute(
                text(
                    f"create view {view} with (security_invoker = true, security_barrier = true) as "
                    f"select {listed} from {schema}.{table} where opd_id = '{opd_id}'"
                )
            )
            connection.execute(text(f"grant select on {view} to {role}"))


def _secure(connection: Connection, table: str, names: list[str]) -> None:
    """Put the row security on a list by name, and let the server remember nothing of its values."""
    owner = str(connection.execute(text("select current_user")).scalar_one())
    for policy in ("own_families", "whole_list"):
        connection.execute(text(f"drop policy if exists {policy} on {table}"))
    for statement in filter(str.strip, POLICY.format(table=table, owner=owner).split(";\n")):
        connection.execute(text(statement))
    # What the server remembers of a column's values shows in its estimates: of these it remembers nothing.
    connection.execute(text(f"alter table {table} " + ", ".join(f"alter column {n} set statistics 0" for n in names)))


def _columns_of_offices(connection: Connection) -> dict[str, list[str]]:
    query = """
        select opd.opd_id, array_remove(array_agg(own.column_name order by own.column_name), null) as columns
        from staging.opd as opd
        left join staging.office_columns as own on opd.opd_id = own.opd_id
        group by opd.opd_id order by opd.opd_id
    """
    return {row.opd_id: row.columns for row in connection.execute(text(query))}


def _names(connection: Connection, schema: str, table: str) -> list[str]:
    query = """
        select column_name from information_schema.columns
        where table_schema = :schema and table_name = :table order by ordinal_position
    """
    return list(connection.execute(text(query), {"schema": schema, "table": table}).scalars())
