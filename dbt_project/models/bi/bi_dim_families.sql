select
    families.family_id,
    hashed.hash as no_kk_hash,
    least(families.member_count, 7) as member_count,
    families.stage,
    {{ first_of_month('families.stage_since') }} as stage_since
from {{ ref('dim_families') }} as families
left join {{ ref('stg_identity_hashes') }} as hashed on families.no_kk = hashed.value
where {{ touched('families.family_id') }}
