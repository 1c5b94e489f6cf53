-- What each source says of each family: where it lives, its card, its welfare decile.
select
    crosswalk.family_id,
    crosswalk.person_id as head_person_id,
    families.source_id,
    families.delivery_id,
    families.row_number,
    3 as source_rank,
    families.period,
    -- of its edition, not of the day on which the file was loaded
    coalesce({{ period_start('families.period') }}, families.loaded_at::date) as said_on,
    families.no_kk,
    families.area_code,
    families.welfare_decile
from {{ ref('stg_registry_families') }} as families
inner join {{ ref('stg_crosswalk') }} as crosswalk
    on families.delivery_id = crosswalk.delivery_id and families.row_number = crosswalk.row_number
where crosswalk.family_id is not null

union all

select
    crosswalk.family_id,
    crosswalk.person_id,
    muskel.source_id,
    muskel.delivery_id,
    muskel.row_number,
    2,
    null,
    muskel.deliberated_on,
    muskel.no_kk,
    muskel.area_code,
    null
from {{ ref('stg_deliberations') }} as muskel
inner join {{ ref('stg_crosswalk') }} as crosswalk
    on muskel.delivery_id = crosswalk.delivery_id and muskel.row_number = crosswalk.row_number
where crosswalk.family_id is not null

union all

select
    people.family_id,
    case when people.relationship = 'head' then people.person_id end,
    people.source_id,
    people.delivery_id,
    people.row_number,
    people.source_rank,
    null,
    people.said_on,
    people.no_kk,
    people.area_code,
    null
from {{ ref('int_person_records') }} as people
where people.family_id is not null
