"""Each reading of identified people on record, beside the request that allowed it: when, by whom, how many rows."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = """
create table access.readings (
    reading_id bigint generated always as identity primary key,
    read_id bigint not null references access.reads,
    read_at timestamptz not null default clock_timestamp(),
    read_by text not null default session_user,
    rows integer not null
);
comment on table access.readings is 'Each time that access.people showed people, and how many; the purpose is in reads';
"""

# A reader may take back the row of the log with their transaction, but neither the request nor the line in the server's
# log. In a transaction that may not write nothing is shown.
PEOPLE = """
create or replace function access.people(read_id bigint) returns table (
    family_id uuid, person_id uuid, nik text, no_kk text, full_name text, sex text, birth_date date,
    relationship text, area_code text, stage text, stage_since date
)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    asked access.reads;
    shown integer;
begin
    select * into asked from access.reads as known
    where
        known.read_id = people.read_id
        and known.kind = 'identified'
        and known.asked_by = session_user
        and known.asked_at > clock_timestamp() - interval '15 minutes'
        and pg_xact_status(known.transaction_id) = 'committed';
    if not found then
        raise exception 'Catat dahulu tujuannya: select access.ask(''...''), lalu commit; berlaku 15 menit.';
    end if;
    return query
    select
        person.family_id, person.person_id, person.nik, family.no_kk, person.full_name, person.sex, person.birth_date,
        person.relationship, family.area_code, family.stage, family.stage_since
    from marts.dim_people as person
    left join marts.dim_families as family on person.family_id = family.family_id
    where
        (asked.area_code is null or family.area_code = asked.area_code)
        and (asked.family_id is null or person.family_id = asked.family_id);
    get diagnostics shown = row_count;
    insert into access.readings (read_id, rows) values (asked.read_id, shown);
    raise log 'access.people: request % of %, % rows', asked.read_id, session_user, shown;
end $$;
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(PEOPLE)


def downgrade() -> None:
    op.execute(PEOPLE.replace("    insert into access.readings (read_id, rows) values (asked.read_id, shown);\n", ""))
    op.execute("drop table access.readings")
