-- What linking keeps between runs. Keys are evidence seen once (digests of what records say), ids are ours.
create schema if not exists linkage;

-- first_id: whose evidence it was at first; a merge that is undone gives back the id that it took.
create table if not exists linkage.person_keys (key text primary key, person_id uuid not null, first_id uuid);
create table if not exists linkage.family_keys (key text primary key, family_id uuid not null, first_id uuid);
do $$ begin  -- asked first: to alter a table, even for nothing, locks it until the run ends
    if not exists (
        select from information_schema.columns
        where table_schema = 'linkage' and table_name = 'person_keys' and column_name = 'first_id'
    ) then
        alter table linkage.person_keys add column first_id uuid;
        alter table linkage.family_keys add column first_id uuid;
    end if;
end $$;

-- One row a change of ids: merged (old is now new) or split (part of old is now new).
create table if not exists linkage.id_history (
    kind text not null check (kind in ('person', 'family')),
    old_id uuid not null,
    new_id uuid not null,
    change text not null check (change in ('merged', 'split')),
    changed_at timestamptz not null default now(),
    primary key (kind, old_id, new_id)
);

create table if not exists linkage.crosswalk (
    source_id text not null,
    delivery_id bigint not null,
    row_number integer not null,
    person_id uuid,
    family_id uuid,
    method text not null check (method in ('nik', 'nik_conflict', 'model', 'decision', 'record', 'none', 'waiting')),
    probability double precision check (probability between 0 and 1),
    profile_key text,
    primary key (delivery_id, row_number)
);
-- Made by the engine before this one, which knew no profiles: its ids are inherited (store.inherited).
do $$ begin
    if not exists (
        select from information_schema.columns
        where table_schema = 'linkage' and table_name = 'crosswalk' and column_name = 'profile_key'
    ) then
        alter table linkage.crosswalk add column profile_key text;
        alter table linkage.crosswalk drop constraint if exists crosswalk_method_check;
        alter table linkage.id_history add column if not exists change text not null default 'merged';
    end if;
end $$;
-- Made before rows could wait for linking (`recognise`).
do $$ begin
    if not exists (
        select from pg_constraint
        where conrelid = 'linkage.crosswalk'::regclass and conname = 'crosswalk_method_check'
            and pg_get_constraintdef(oid) like '%waiting%'
    ) then
        alter table linkage.crosswalk drop constraint if exists crosswalk_method_check;
        alter table linkage.crosswalk add constraint crosswalk_method_check
            check (method in ('nik', 'nik_conflict', 'model', 'decision', 'record', 'none', 'waiting'));
    end if;
end $$;
create index if not exists crosswalk_person on linkage.crosswalk (person_id);

-- One row a profile (what some records say): for the card of a person. joined_key: the first of the profiles that its
-- NIK made one person unasked; wall_key: the first of those under its confirmed NIK; snapshots: the lists that have it,
-- with ' | ' between them.
create table if not exists linkage.profiles (
    profile_key text primary key,
    joined_key text not null,
    wall_key text,
    snapshots text not null
);

-- One row a scored pair of profiles that was linked or is in doubt; bits: what each comparison adds; levels: what it
-- found (`model.COMPARISONS`), null of runs that did not keep it.
create table if not exists linkage.pairs (
    left_key text not null,
    right_key text not null,
    weight double precision not null,
    bits jsonb not null,
    levels jsonb,
    outcome text not null check (outcome in ('linked', 'review')),
    reason text,
    primary key (left_key, right_key)
);

create table if not exists linkage.review_queue (
    left_key text not null,
    right_key text not null,
    left_person_id uuid,
    right_person_id uuid,
    probability double precision not null,
    reason text not null,
    bits jsonb not null,
    levels jsonb,
    primary key (left_key, right_key)
);
do $$ begin
    if not exists (
        select from information_schema.columns
        where table_schema = 'linkage' and table_name = 'pairs' and column_name = 'levels'
    ) then
        alter table linkage.pairs add column levels jsonb;
        alter table linkage.review_queue add column if not exists levels jsonb;
    end if;
end $$;

-- left_keys, right_keys: what the records of the two sides said when it was proposed (digests). In force: approved, and
-- not undone by two people. *_login: who was logged in to the database, whatever name was given.
create table if not exists linkage.decisions (
    decision_id bigint generated always as identity primary key,
    kind text not null check (kind in ('merge', 'split')),
    left_keys text[] not null,
    right_keys text[] not null,
    why text not null check (why <> ''),
    proposed_by text not null,
    proposed_at timestamptz not null default now(),
    proposed_login text default session_user,
    approved_by text check (approved_by <> proposed_by),
    approved_at timestamptz,
    approved_login text,
    undone_by text,
    undone_at timestamptz,
    undone_why text,
    undo_approved_by text check (undo_approved_by <> undone_by),
    undo_approved_at timestamptz
);
-- Before, one person could undo: what was undone stays undone.
do $$ begin
    if not exists (
        select from information_schema.columns
        where table_schema = 'linkage' and table_name = 'decisions' and column_name = 'undo_approved_at'
    ) then
        alter table linkage.decisions
            add column proposed_login text default session_user,
            add column approved_login text,
            add column undo_approved_by text check (undo_approved_by <> undone_by),
            add column undo_approved_at timestamptz;
        update linkage.decisions set undo_approved_at = undone_at where undone_at is not null and approved_at is not null;
    end if;
end $$;

-- The rows that a decision binds, kept up by every run: where a corrected or repeated file has them, they are found
-- again by their place, else by what they said (key, and which of those that say it in the file: nth).
create table if not exists linkage.decision_rows (
    decision_id bigint not null references linkage.decisions,
    side text not null check (side in ('left', 'right')),
    delivery_id bigint not null,
    row_number integer not null,
    key text not null,
    nth integer not null,
    primary key (decision_id, delivery_id, row_number)
);

create table if not exists linkage.findings (
    source_id text,
    delivery_id bigint,
    row_number integer,
    rule text not null,
    family_id uuid,
    person_id uuid,
    counted bigint  -- heads, families, names: how many stand where one should
);

create table if not exists linkage.runs (
    run_id bigint generated always as identity primary key,
    started_at timestamptz not null default now(),
    status text not null check (status in ('published', 'held')),
    reason text,
    figures jsonb not null,
    warnings jsonb not null default '[]'  -- what the run said to people: kind, subject, counted, message
);
-- Asked first: an alter that changes nothing would still lock both until the run ends, and `sinergi status` reads one.
do $$ begin
    if not exists (
        select from information_schema.columns
        where table_schema = 'linkage' and table_name = 'runs' and column_name = 'warnings'
    ) then
        alter table linkage.runs add column warnings jsonb not null default '[]';
        alter table linkage.findings add column if not exists counted bigint;
    end if;
end $$;
