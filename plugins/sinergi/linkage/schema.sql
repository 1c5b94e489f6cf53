-- What linking keeps between runs. Keys are evidence seen once (a NIK, a place in a registry), ids are ours.
create schema if not exists linkage;

create table if not exists linkage.person_keys (
    key text primary key,
    person_id uuid not null,
    name text,
    first_seen_at timestamptz not null default now()
);

create table if not exists linkage.family_keys (
    key text primary key,
    family_id uuid not null,
    first_seen_at timestamptz not null default now()
);

-- Ids that were given up because two turned out to be one.
create table if not exists linkage.id_history (
    kind text not null check (kind in ('person', 'family')),
    old_id uuid not null,
    new_id uuid not null,
    changed_at timestamptz not null default now(),
    primary key (kind, old_id, new_id)
);

create table if not exists linkage.crosswalk (
    source_id text not null,
    delivery_id bigint not null,
    row_number integer not null,
    person_id uuid,
    family_id uuid,
    method text not null check (method in (
        'nik', 'nik_conflict', 'registry_member', 'household_member', 'no_kk_member', 'record', 'none'
    )),
    probability double precision check (probability between 0 and 1),
    primary key (delivery_id, row_number)
);
