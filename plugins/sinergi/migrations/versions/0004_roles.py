"""Roles: bi_reader (masked), one per office (its families by name), bi_restricted (identified, each read on record)."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0006"
branch_labels = None
depends_on = None

OFFICES = (
    *("bapperida", "dinkes", "dinsos", "disdik", "disdukcapil", "diskominfo", "disnaker", "dispora", "disperkimtan"),
    *("dkukmp", "dlh", "dp3appkb", "dpupr", "ketahanan_pangan", "perikanan", "pertanian"),
)

# Roles belong to the whole server, which may hold several of our databases.
ROLE = """
do $$ begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} nologin;
    end if;
    if not pg_has_role('{role}', 'bi_reader', 'member') then
        grant bi_reader to {role};
    end if;
exception when duplicate_object or unique_violation then null;
end $$
"""

TABLES = """
create schema access;
comment on schema access is 'Who read whom: reads of identified people and by-name lists, each with its purpose';

create table access.reads (
    read_id bigint generated always as identity primary key,
    asked_at timestamptz not null default clock_timestamp(),
    asked_by text not null default session_user,
    kind text not null check (kind in ('identified', 'by_name')),
    purpose text not null check (length(btrim(purpose)) >= 10),
    opd_id text,
    area_code text,
    family_id uuid,
    rows integer,
    transaction_id xid8 not null default pg_current_xact_id()
);

create table linkage.identity_hashes (
    value text primary key,
    hash text not null,
    key_id text not null
);
comment on table linkage.identity_hashes is 'Keyed hashes of NIK and No. KK; the key is not in the database';
"""

# A read that its own transaction can undo leaves no trace. So the request is committed first, and the people are shown
# only to a later transaction of the same login. Names within are qualified: a definer's function trusts no search_path.
FUNCTIONS = """
create function access.ask(purpose text, area_code text default null, family_id uuid default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    new_id bigint;
begin
    if length(btrim(coalesce(purpose, ''))) < 10 then
        raise exception 'Sebutkan tujuan membuka data pribadi (10 huruf atau lebih).';
    end if;
    insert into access.reads (kind, purpose, area_code, family_id)
    values ('identified', btrim(ask.purpose), ask.area_code, ask.family_id)
    returning read_id into new_id;
    return new_id;
end $$;
comment on function access.ask is 'Record who asks to see identified people, and why; its number opens access.people';

create function access.people(read_id bigint) returns table (
    family_id uuid, person_id uuid, nik text, no_kk text, full_name text, sex text, birth_date date,
    relationship text, area_code text, stage text, stage_since date
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    asked access.reads;
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
end $$;
comment on function access.people is 'Identified people, for a request that access.ask has recorded';

revoke all on all functions in schema access from public;
grant usage on schema access to bi_restricted;
grant execute on function access.ask, access.people to bi_restricted;
"""


def upgrade() -> None:
    for role in ("bi_reader", "bi_restricted", *(f"bi_{office}" for office in OFFICES)):
        op.execute(ROLE.format(role=role))
    op.execute("create schema if not exists linkage")
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    op.execute("revoke all on schema public from public")
    # A function of one's own, even a temporary one, is how people look beneath views.
    op.execute("do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$")


def downgrade() -> None:
    op.execute("drop schema access cascade")  # the roles stay: other databases of the server may use them
    op.execute("drop table linkage.identity_hashes")
