-- Every record that names a person or a family, reduced to what identifies it.
-- layer: 1 decree, 2 enumeration and deliberation, 3 DTSEN, 4 P3KE and other registries, 5 everyone else.
-- group_key: the family as the source itself numbers it.
create or replace function pg_temp.bare(name text) returns text language sql immutable parallel safe as $$
    select case when name ~ '[^A-Z ]' then regexp_replace(name, '[^A-Z]+', ' ', 'g') else name end
$$;

create or replace function pg_temp.untitled(name text) returns text language sql immutable parallel safe as $$
    select case when name ~ concat(
        '\m(HJ?|DRS?|DRA|IR|SE|ST|SH|SPDI?|SKM|SKOM|SSOS|SAG|SHI|SIP|AMD|AMDKEB|MM|MSI|MPD|ALMH?|BPK|IBU|SDR|',
        'MU?|MUHD?|MOC?H|MUHAMAD|MOHAMM?AD|MOCHAMAD)\M|  |^ | $'
    ) then trim(regexp_replace(regexp_replace(regexp_replace(name,
        '\m(HJ?|DRS?|DRA|IR|SE|ST|SH|SPDI?|SKM|SKOM|SSOS|SAG|SHI|SIP|AMD|AMDKEB|MM|MSI|MPD|ALMH?|BPK|IBU|SDR)\M', '', 'g'),
        '^ *(MU?|MUHD?|MOC?H|MUHAMAD|MOHAMM?AD|MOCHAMAD)\M', 'MUHAMMAD'), ' +', ' ', 'g')) else name end
$$;

create or replace function pg_temp.usable_nik(nik text, status text, no_kk text) returns text language sql immutable parallel safe as $$
    select case when status in ('valid', 'implausible') and nik ~ '^[0-9]{16}$'
        and nik <> repeat(left(nik, 1), 16) and nik is distinct from no_kk then nik end
$$;

create or replace function pg_temp.usable_id(id text) returns text language sql immutable parallel safe as $$
    select case when id ~ '[1-9]' and id !~* '[0-9]e[+]?[0-9]'
        and (length(id) < 6 or id <> repeat(left(id, 1), length(id))) then id end
$$;

create or replace function pg_temp.list_no(number text) returns text language sql immutable parallel safe as $$
    select nullif(ltrim(regexp_replace(upper(number), '\s', '', 'g'), '0'), '')
$$;

create temp table records on commit drop as
with named as (
    select _source_id, _delivery_id, _row_number, null::text as recipient_kind, decreed_on as seen_on,
        nik, nik_status, full_name, no_kk, no_kk_status, relationship = 'head' as is_head, null::text as member_no,
        1 as layer, 'dec:' || split_part(_source_id, '/', 1) || ':' || pg_temp.list_no(household_no) as group_key
    from raw.decrees
    union all
    select _source_id, _delivery_id, _row_number, null, enumerated_on,
        nik, nik_status, full_name, no_kk, no_kk_status, relationship = 'head', null,
        2, 'hh:' || split_part(_source_id, '/', 1) || ':' || area_code || ':' || pg_temp.list_no(household_no)
    from raw.enumerations
    union all
    select _source_id, _delivery_id, _row_number, 'family', deliberated_on,
        head_nik, head_nik_status, head_name, no_kk, no_kk_status, true, null,
        2, 'hh:' || split_part(_source_id, '/', 1) || ':' || area_code || ':' || pg_temp.list_no(household_no)
    from raw.deliberations
    union all
    select _source_id, _delivery_id, _row_number, null, null,
        coalesce(pg_temp.usable_nik(corrected_nik, corrected_nik_status, no_kk), nik),
        case when pg_temp.usable_nik(corrected_nik, corrected_nik_status, no_kk) is null then nik_status
            else corrected_nik_status end,
        coalesce(corrected_name, full_name), no_kk, no_kk_status, relationship = 'head', registry_member_no,
        case split_part(_source_id, '/', 1) when 'dtsen' then 3 else 4 end,
        'reg:' || split_part(_source_id, '/', 1) || ':' || pg_temp.usable_id(registry_family_id)
    from raw.registry_people
    union all
    select _source_id, _delivery_id, _row_number, 'family', null,
        head_nik, head_nik_status, head_name, no_kk, no_kk_status, true, null,
        case split_part(_source_id, '/', 1) when 'dtsen' then 3 else 4 end,
        'reg:' || split_part(_source_id, '/', 1) || ':' || pg_temp.usable_id(registry_family_id)
    from raw.registry_families
    union all
    select _source_id, _delivery_id, _row_number, recipient_kind, delivered_on,
        nik, nik_status, full_name, no_kk, no_kk_status, coalesce(recipient_kind = 'family', false), null, 5, null
    from raw.interventions
    union all
    select _source_id, _delivery_id, _row_number, null, joined_on,
        nik, nik_status, full_name, no_kk, no_kk_status, false, null, 5, null
    from raw.group_members
),

-- "offset 0" has each step computed once: inlined into the next it would run as often as it is mentioned there
spelt as (select *, translate(upper(full_name), '.''`', '') as spelling from named offset 0),

bare as (select *, pg_temp.bare(spelling) as bare_name from spelt offset 0),

keyed as (
    select
        _source_id as source_id, _delivery_id as delivery_id, _row_number as row_number, layer, seen_on, group_key,
        pg_temp.usable_nik(nik, nik_status, no_kk) as nik,
        -- DTSEN's family id is the card number itself
        case when no_kk_status = 'valid' then no_kk else substring(group_key from '^reg:dtsen:([0-9]{16})$') end as no_kk,
        nullif(pg_temp.untitled(bare_name), '') as name,
        coalesce(is_head, false) as is_head,
        group_key || '/' || member_no as member_key,
        recipient_kind = 'family' and layer < 5 as is_family_row,
        coalesce(recipient_kind = 'group', false) or coalesce(full_name, nik, no_kk) is null as is_nobody
    from bare
    offset 0
)

select row_number() over () as record_id, keyed.*,
    null::text as person_key, null::text as method, null::text as lead,
    case when layer < 5 then group_key || '|' || name end as household_key,
    'kk:' || no_kk || '|' || name as card_key
from keyed;

update records set group_key = 'kk:' || no_kk where group_key is null and no_kk is not null and not is_nobody;
create unique index on records (record_id);
analyze records;
