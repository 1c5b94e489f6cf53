"""Ids that are ours: what was seen under a key before keeps its id; what is new gets one; what merged is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

PERSON_KEYS = """
create temp table person_evidence on commit drop as
select person_key as unit, person_key as key, 10 as weight,
    coalesce(min(lead), (array_agg(name order by layer, delivery_id, row_number))[1]) as name
from records where person_key is not null group by person_key
union all
select min(person_key), member_key, 1, min(name)
from records where person_key is not null and member_key is not null and person_key <> member_key
group by member_key having min(person_key) = max(person_key);
analyze person_evidence;

create temp table person_votes on commit drop as
select unit, person_id as id, sum(weight) as votes
from person_evidence as evidence join linkage.person_keys as known using (key)
where evidence.key = evidence.unit or evidence.name is null or known.name is null
    or string_to_array(evidence.name, ' ') && string_to_array(known.name, ' ')
group by unit, person_id;
"""

FAMILY_KEYS = """
create temp table family_evidence on commit drop as
select family_key as unit, group_key as key, 2 as weight from group_families
union
select min(family_key), 'kk:' || no_kk, 1 from group_families where no_kk is not null
group by no_kk having min(family_key) = max(family_key);
analyze family_evidence;

-- the people of a family carry its id along when its card number changes
create temp table family_votes on commit drop as
select unit, id, sum(votes) as votes from (
    select unit, family_id as id, weight as votes from family_evidence join linkage.family_keys using (key)
    union all
    select family_key, family_id, 1
    from person_families join person_ids on person_ids.unit = person_families.person_key
    join (select distinct person_id, family_id from linkage.crosswalk where family_id is not null) as before
        on before.person_id = person_ids.id
) as all_votes
group by unit, id;
"""

# One id goes to one unit and one unit takes one id; the other ids that a unit won have merged into it.
CLAIM = """
analyze {kind}_votes;
create temp table {kind}_ids on commit drop as
with won as (
    select distinct on (id) id, unit, votes from {kind}_votes order by id, votes desc, unit
),
kept as (
    select distinct on (unit) unit, id from won order by unit, votes desc, id
)
select unit, coalesce(kept.id, gen_random_uuid()) as id, kept.id is null as is_new
from (select distinct unit from {kind}_evidence) as units left join kept using (unit);
create index on {kind}_ids (unit);
analyze {kind}_ids;

insert into linkage.id_history (kind, old_id, new_id)
select '{kind}', won.id, {kind}_ids.id
from (select distinct on (id) id, unit from {kind}_votes order by id, votes desc, unit) as won
join {kind}_ids using (unit)
where won.id <> {kind}_ids.id and not exists (select from {kind}_ids as alive where alive.id = won.id)
on conflict do nothing;
"""

SAVE_PEOPLE = """
insert into linkage.person_keys as known (key, person_id, name)
select key, id, name from person_evidence join person_ids using (unit)
on conflict (key) do update set person_id = excluded.person_id where known.person_id <> excluded.person_id;
analyze linkage.person_keys;
"""

SAVE_FAMILIES = """
insert into linkage.family_keys as known (key, family_id)
select distinct on (key) key, id from family_evidence join family_ids using (unit) order by key, weight desc, id
on conflict (key) do update set family_id = excluded.family_id where known.family_id <> excluded.family_id;
analyze linkage.family_keys;
"""

# The row of a family speaks for that family, whoever else its head may be; every other row follows its person.
CROSSWALK = """
truncate linkage.crosswalk;
insert into linkage.crosswalk
select source_id, delivery_id, row_number, person_ids.id,
    case when is_family_row then coalesce(of_group.id, of_person.id) else coalesce(of_person.id, of_group.id) end,
    coalesce(method, 'none'), case when person_ids.id is not null then 1.0 end
from records
left join person_ids on person_ids.unit = records.person_key
left join person_families using (person_key)
left join family_ids as of_person on of_person.unit = person_families.family_key
left join group_families on group_families.group_key = records.group_key and group_families.layer = records.layer
    and (is_family_row or records.person_key is null)
left join family_ids as of_group on of_group.unit = group_families.family_key;
analyze linkage.crosswalk;
"""


def give_ids(cursor: psycopg.Cursor) -> None:
    """Turn person and family keys into lasting ids and rewrite `linkage.crosswalk`."""
    execute = cursor.connection.execute
    execute(PERSON_KEYS)
    execute(CLAIM.format(kind="person"))
    execute(FAMILY_KEYS)
    execute(CLAIM.format(kind="family"))
    execute(SAVE_PEOPLE)
    execute(SAVE_FAMILIES)
    execute(CROSSWALK)
