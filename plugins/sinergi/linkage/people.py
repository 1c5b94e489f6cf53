"""Which records are one person: first by NIK, then by the place in a family, else each record stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sinergi.linkage.names import clusters

if TYPE_CHECKING:
    import psycopg

# A number that stands under more names than this is nobody's: a default, a test value, a number typed for everyone.
MOST_NAMES_OF_A_NIK = 5

# One entry of the decree series is one person, under the NIK of its first naming; a registry's field verification
# corrects the NIK of its earlier edition.
CORRECT = """
with entries as (
    select household_key, (array_agg(nik order by seen_on nulls last, delivery_id, row_number))[1] as nik
    from records where layer = 1 and nik is not null and household_key is not null
    group by household_key having count(distinct nik) > 1
)
update records set nik = entries.nik from entries
where layer = 1 and records.household_key = entries.household_key and records.nik <> entries.nik;

with corrections as (
    select 'reg:' || split_part(_source_id, '/', 1) || ':' || registry_family_id as group_key, nik as wrong,
        min(corrected_nik) as nik
    from raw.registry_people
    where corrected_nik is not null and nik is not null and corrected_nik <> nik
        and pg_temp.usable_nik(corrected_nik, corrected_nik_status, no_kk) is not null
    group by 1, 2 having count(distinct corrected_nik) = 1
)
update records set nik = corrections.nik from corrections
where records.group_key = corrections.group_key and records.nik = corrections.wrong;
"""

# Spellings per NIK: those that led in an earlier run first, then the most common of the best source.
SPELLINGS = """
with spellings as (
    select nik, name, min(layer) as layer, count(*) as times
    from records where nik is not null and name is not null group by nik, name
    union all
    select substr(key, 5, 16), name, case when length(key) = 20 then -1 else 0 end, 0 from linkage.person_keys
    where key like 'nik:%' and name is not null
)
select nik, array_agg(name order by layer, times desc, name)
from spellings group by nik having count(distinct name) > 1
"""

NIK_NAMES = (
    "create temp table nik_names (nik text, name text, variant integer, lead text, names integer) on commit drop"
)

ASSIGN = """
analyze nik_names;
update records set nik = null
from (select nik from nik_names group by nik having max(names) > {limit}) as worn where records.nik = worn.nik;
update records set nik = null
from nik_names where records.nik = nik_names.nik and records.name is null and names > 1;
update records set
    person_key = 'nik:' || found.nik || case when coalesce(variant, 0) = 0 then '' else '|' || found.lead end,
    lead = found.lead,
    method = case when names > 1 then 'nik_conflict' else 'nik' end
from (
    select record_id, records.nik, variant, nik_names.lead, names
    from records left join nik_names on nik_names.nik = records.nik and nik_names.name = records.name
    where records.nik is not null and not is_nobody
) as found
where records.record_id = found.record_id;
"""

# A record without NIK joins the one person who stands at the same place; a place with two people helps nobody.
LOOK_UP = """
with people as (
    select {key} as key, min(person_key) as person_key, string_to_array(string_agg(name, ' '), ' ') as tokens
    from records where person_key is not null and {key} in (
        select {key} from records where person_key is null and not is_nobody
    )
    group by 1 having min(person_key) = max(person_key)
)
update records set person_key = people.person_key, method = '{method}'
from people
where records.person_key is null and not is_nobody and people.key = records.{key}
    and (records.name is null or string_to_array(records.name, ' ') && tokens)
"""

# Nobody stands there yet: the place itself becomes the person's key.
STAND = """
with leads as (
    select {key} as key, (array_agg(name order by layer, delivery_id, row_number))[1] as name
    from records where {key} in (select {key} from records where person_key is null and not is_nobody)
    group by 1 having count(person_key) = 0
)
update records set person_key = leads.key, method = '{method}'
from leads
where records.person_key is null and not is_nobody and records.{key} = leads.key
    and (records.name is null or leads.name is null
        or string_to_array(records.name, ' ') && string_to_array(leads.name, ' '))
"""

ALONE = """
update records set person_key = 'rec:' || delivery_id || ':' || row_number, method = 'record'
where person_key is null and not is_nobody and (name is not null or nik is not null)
"""

PLACES = (
    ("member_key", "registry_member"),
    ("household_key", "household_member"),
    ("card_key", "no_kk_member"),
)


def find_people(cursor: psycopg.Cursor) -> None:
    """Give every row of the temporary table `records` that names someone its person_key and method."""
    execute = cursor.connection.execute
    execute(CORRECT)
    execute(NIK_NAMES)
    spellings = execute(SPELLINGS).fetchall()
    with cursor.copy("copy nik_names from stdin") as copy:
        for nik, names in spellings:
            groups = clusters(dict.fromkeys(names))
            for variant, group in enumerate(groups):
                for name in group:
                    copy.write_row((nik, name, variant, group[0], len(groups)))
    execute(ASSIGN.format(limit=MOST_NAMES_OF_A_NIK))
    execute("analyze records")
    for key, method in PLACES:
        execute(LOOK_UP.format(key=key, method=method))
    for number, (key, method) in enumerate(PLACES):
        execute(STAND.format(key=key, method=method))
        for later_key, later_method in PLACES[number:]:
            execute(LOOK_UP.format(key=later_key, method=later_method))
    execute(ALONE)
