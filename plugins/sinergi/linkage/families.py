"""Which groups of people are one family. Sources are taken in order of trust, each joined to the families found so far.

A group is a family as one source numbers it. It joins a family of a more trusted source when its card number is that
family's, when its head is in that family, or when half of its members are; otherwise it is a family of its own. So one
person listed in two families never welds them, and a split stays split.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

# decree, enumeration, DTSEN, P3KE, everyone else
LAYERS = (1, 2, 3, 4, 5)
# More people than this under one number is a number typed for everyone, not a family.
LARGEST_FAMILY = 30

PREPARE = """
create temp table group_people on commit drop as
select layer, group_key, person_key, bool_or(is_head) as is_head,
    bool_and(method <> 'nik_conflict') as bridges
from records where group_key is not null and person_key is not null
group by layer, group_key, person_key;

delete from group_people using (
    select group_key from group_people group by group_key having count(distinct person_key) > {largest}
) as crowd where group_people.group_key = crowd.group_key;

-- who stands in two families of one source says nothing about either
update group_people set bridges = false from (
    select layer, person_key from group_people where bridges group by layer, person_key having count(*) > 1
) as twice where group_people.layer = twice.layer and group_people.person_key = twice.person_key;

create temp table group_cards on commit drop as
select distinct on (layer, group_key) layer, group_key, no_kk
from (
    select layer, group_key, no_kk, count(*) as times from records
    where group_key is not null and no_kk is not null
    group by layer, group_key, no_kk
) as cards
order by layer, group_key, times desc, no_kk;

create temp table groups on commit drop as
select layer, group_key, max(no_kk) as no_kk, count(person_key) as size
from (
    select layer, group_key, person_key from group_people
    union all
    select distinct layer, group_key, null from records where is_family_row and group_key is not null
) as parts left join group_cards using (layer, group_key)
group by layer, group_key;

create temp table group_families (group_key text, layer integer, no_kk text, family_key text) on commit drop;
create temp table person_families (person_key text, family_key text) on commit drop;
analyze group_people;
analyze groups;
"""

JOIN_LAYER = """
analyze group_families;
analyze person_families;
insert into group_families
with cards as (
    select no_kk, min(family_key) as family_key from group_families where no_kk is not null
    group by no_kk having min(family_key) = max(family_key)
),
votes as (
    select group_key, family_key, count(*) as votes, bool_or(is_head) as has_head
    from group_people join person_families using (person_key)
    where layer = {layer} and bridges
    group by group_key, family_key
),
choices as (
    select groups.group_key, votes.family_key, votes, has_head, size, votes.family_key = cards.family_key as same_card
    from groups join votes using (group_key) left join cards using (no_kk)
    where layer = {layer}
    union all
    select groups.group_key, cards.family_key, 0, false, size, true
    from groups join cards using (no_kk)
    where layer = {layer} and not exists (select from votes where votes.group_key = groups.group_key)
),
chosen as (
    select distinct on (group_key) group_key, family_key from choices
    where same_card or has_head or 2 * votes >= size
    order by group_key, coalesce(same_card, false) desc, votes + has_head::integer desc, family_key
)
select group_key, layer, no_kk, coalesce(chosen.family_key, group_key)
from groups left join chosen using (group_key)
where layer = {layer};

insert into person_families
select distinct on (person_key) person_key, family_key
from group_people join group_families using (layer, group_key) join groups using (layer, group_key)
where layer = {layer} and not exists (
    select from person_families as known where known.person_key = group_people.person_key
)
order by person_key, is_head desc, size desc, family_key;
"""


def find_families(cursor: psycopg.Cursor) -> None:
    """Fill the temporary tables `group_families` and `person_families` from `records`."""
    execute = cursor.connection.execute
    execute(PREPARE.format(largest=LARGEST_FAMILY))
    for layer in LAYERS:
        execute(JOIN_LAYER.format(layer=layer))
