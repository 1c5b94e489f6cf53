-- Who decides looks the two up by their ids, in marts or with `sinergi link explain`; here nobody has name or place.
select
    first_person_id,
    second_person_id,
    {{ age_band('first_birth_date') }} as first_age_band,
    {{ age_band('second_birth_date') }} as second_age_band,
    probability,
    doubt,
    speaks_for,
    speaks_against,
    touches_decree,
    proposed_decision_id
from {{ ref('rpt_link_review') }}
