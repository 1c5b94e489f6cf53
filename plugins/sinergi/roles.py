"""What each role may read of a build. Migration 0004 makes the roles; publication grants, in its own transaction.

bi_reader reads the views of `bi`. The role of an office reads, besides, one view of its own in the schema `office`: by
name, its families alone, and its columns alone (seeds/office_columns.csv). The rows are kept by row security on the
table itself, forced on its owner too and judged by who asks: a view of anyone's, the owner's included, shows no more.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

READER = "bi_reader"
OFFICE = "office"
PEOPLE = "office_people"

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
    table = f"{OFFICE}_{colour}.{PEOPLE}"
    connection.execute(text(f"create schema if not exists {OFFICE}"))
    columns = _columns_of_offices(connection)
    for gone in sorted(relations(connection, OFFICE) - set(columns)):
        connection.execute(text(f'drop view {OFFICE}."{gone}"'))
    owner = str(connection.execute(text("select current_user")).scalar_one())
    for policy in ("own_families", "whole_list"):
        connection.execute(text(f"drop policy if exists {policy} on {table}"))
    for statement in filter(str.strip, POLICY.format(table=table, owner=owner).split(";\n")):
        connection.execute(text(statement))
    before = f"{OFFICE}_{'green' if colour == 'blue' else 'blue'}"
    has_before = connection.execute(text("select to_regnamespace(:name) is not null"), {"name": before}).scalar()
    for opd_id, own in columns.items():
        role, listed = office_role(opd_id), ", ".join((*COMMON, *own))
        connection.execute(text(ROLE.format(role=role, reader=READER)))  # an office that came after the migration
        connection.execute(text(f"grant usage on schema {OFFICE}, {OFFICE}_{colour} to {role}"))
        connection.execute(text(f"grant select ({listed}) on {table} to {role}"))
        if has_before:
            connection.execute(text(f"revoke usage on schema {before} from {role}"))
        view = f'{OFFICE}."{opd_id}"'
        connection.execute(text(f"drop view if exists {view}"))
        connection.execute(
            text(
                f"create view {view} with (security_invoker = true, security_barrier = true) as "
                f"select {listed} from {table} where opd_id = '{opd_id}'"
            )
        )
        connection.execute(text(f"grant select on {view} to {role}"))
    # What the server remembers of a column's values shows in its estimates: of these it remembers nothing.
    forget = ", ".join(f"alter column {name} set statistics 0" for name in _names(connection, colour))
    connection.execute(text(f"alter table {table} {forget}"))


def _columns_of_offices(connection: Connection) -> dict[str, list[str]]:
    query = """
        select opd.opd_id, array_remove(array_agg(own.column_name order by own.column_name), null) as columns
        from staging.opd as opd
        left join staging.office_columns as own on opd.opd_id = own.opd_id
        group by opd.opd_id order by opd.opd_id
    """
    return {row.opd_id: row.columns for row in connection.execute(text(query))}


def _names(connection: Connection, colour: str) -> list[str]:
    query = "select column_name from information_schema.columns where table_schema = :schema and table_name = :table"
    return list(connection.execute(text(query), {"schema": f"{OFFICE}_{colour}", "table": PEOPLE}).scalars())
