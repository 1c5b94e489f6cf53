select
    people.person_id,
    hashed.hash as nik_hash,
    {{ unless_child('people.sex') }} as sex,
    {{ age_band('people.birth_date') }} as age_band,
    {{ unless_child('people.relationship') }} as relationship,
    {{ unless_child('people.education') }} as education,
    {{ unless_child('people.occupation') }} as occupation,
    people.nik_status,
    people.source_count
from {{ ref('dim_people') }} as people
left join {{ ref('stg_identity_hashes') }} as hashed on people.nik = hashed.value
where {{ touched('people.person_id') }}
