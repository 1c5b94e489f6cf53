-- Every record that names a person or a family: one row a record, what linking needs of it (evidence.RECORD_SCHEMA).
-- snapshot: rows of one snapshot are different people. group_key: the family as the source itself numbers it.
create or replace function pg_temp.list_no(number text) returns text language sql immutable as $$
    select nullif(ltrim(regexp_replace(upper(number), '\s', '', 'g'), '0'), '')
$$;

create or replace function pg_temp.edition(period text) returns date language sql immutable as $$
    select case
        when period ~ '^\d{4}-Q[1-4]$' then make_date(left(period, 4)::int, right(period, 1)::int * 3, 15)
        when period ~ '^\d{4}-(0[1-9]|1[0-2])' then make_date(left(period, 4)::int, substr(period, 6, 2)::int, 15)
        when period ~ '^\d{4}$' then make_date(period::int, 7, 1)
    end
$$;

create or replace temp view linkage_records as
with named as (
    select _source_id, _delivery_id, _row_number, decreed_on as seen_on, decree_number || '#' || action as snapshot,
        nik, nik_status, null::text as dukcapil_match, full_name, sex, birth_date, birth_year, null::text as parent_name,
        no_kk, no_kk_status, relationship, area_code, rt, rw, address, 'person' as kind, 1 as layer,
        -- a decree numbers the families of its own city, and every city begins at one
        'dec:' || split_part(_source_id, '/', 1) || ':' || coalesce(left(area_code, 5), '') || ':'
        || pg_temp.list_no(household_no) as group_key
    from raw.decrees
    union all
    select _source_id, _delivery_id, _row_number, enumerated_on, '#',
        nik, nik_status, null, full_name, sex, birth_date, birth_year, null,
        no_kk, no_kk_status, relationship, area_code, rt, rw, address, 'person', 2,
        'hh:' || split_part(_source_id, '/', 1) || ':' || area_code || ':' || pg_temp.list_no(household_no)
    from raw.enumerations
    union all
    select _source_id, _delivery_id, _row_number, deliberated_on, '#',
        head_nik, head_nik_status, null, head_name, null, null, null, null,
        no_kk, no_kk_status, 'head', area_code, rt, rw, address, 'family', 2,
        'hh:' || split_part(_source_id, '/', 1) || ':' || area_code || ':' || pg_temp.list_no(household_no)
    from raw.deliberations
    union all
    select _source_id, _delivery_id, _row_number, pg_temp.edition(period), '#' || coalesce(period, ''),
        case when corrected_nik_status = 'valid' then corrected_nik else nik end,
        case when corrected_nik_status = 'valid' then corrected_nik_status else nik_status end,
        case when corrected_nik_status = 'valid' and corrected_nik <> nik then null else dukcapil_match end,
        coalesce(corrected_name, full_name), sex, birth_date, birth_year, null,
        no_kk, no_kk_status, relationship, area_code, rt, rw, address, 'person',
        case split_part(_source_id, '/', 1) when 'dtsen' then 3 else 4 end,
        'reg:' || split_part(_source_id, '/', 1) || ':' || case
            when registry_family_id ~ '[1-9]' and registry_family_id !~* '[0-9]e[+]?[0-9]'
                and registry_family_id <> repeat(left(registry_family_id, 1), length(registry_family_id))
            then registry_family_id end
    from raw.registry_people
    union all
    select _source_id, _delivery_id, _row_number, pg_temp.edition(period), '#' || coalesce(period, ''),
        head_nik, head_nik_status, dukcapil_match, head_name, head_sex, head_birth_date,
        extract(year from head_birth_date)::int, null,
        no_kk, no_kk_status, 'head', area_code, rt, rw, address, 'family',
        case split_part(_source_id, '/', 1) when 'dtsen' then 3 else 4 end,
        'reg:' || split_part(_source_id, '/', 1) || ':' || case
            when registry_family_id ~ '[1-9]' and registry_family_id !~* '[0-9]e[+]?[0-9]'
                and registry_family_id <> repeat(left(registry_family_id, 1), length(registry_family_id))
            then registry_family_id end
    from raw.registry_families
    union all
    select _source_id, _delivery_id, _row_number, delivered_on, null,
        nik, nik_status, null, full_name, sex, birth_date, birth_year, parent_name,
        no_kk, no_kk_status, case when recipient_kind = 'family' then 'head' end, area_code, rt, rw, address,
        coalesce(recipient_kind, 'person'), 5, null
    from raw.interventions
    union all
    select _source_id, _delivery_id, _row_number, joined_on, null,
        nik, nik_status, null, full_name, sex, birth_date, birth_year, null,
        no_kk, no_kk_status, null, area_code, rt, rw, address, 'person', 5, null
    from raw.group_members
)

select
    _source_id as source_id, _delivery_id as delivery_id, _row_number as row_number,
    _source_id || '#' || _delivery_id || snapshot as snapshot, layer, seen_on, nik, nik_status,
    dukcapil_match = 'matched' as is_matched, full_name, sex, birth_date, birth_year, parent_name,
    coalesce(no_kk, substring(group_key from '^reg:dtsen:([0-9]{16})$')) as no_kk,
    case when no_kk is null and group_key ~ '^reg:dtsen:[0-9]{16}$' then 'valid' else no_kk_status end as no_kk_status,
    group_key, relationship, area_code, rt, rw, address, kind <> 'group' as is_person
from named;
