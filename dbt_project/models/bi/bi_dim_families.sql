select
    family_id,
    {{ last_four('no_kk') }} as no_kk,
    head_person_id,
    area_code,
    member_count,
    welfare_decile,
    welfare_source_id,
    welfare_period,
    stage,
    stage_since
from {{ ref('dim_families') }}
