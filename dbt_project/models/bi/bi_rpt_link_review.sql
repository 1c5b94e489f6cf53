-- Who decides looks the two up by their ids, in marts and with `sinergi link explain`; here nobody has a name or a place.
select
    first_person_id,
    second_person_id,
    {{ age_band('first_birth_date') }} as first_age_band,
    {{ age_band('second_birth_date') }} as second_age_band,
    probability,
    reason,
    speaks_for,
    speaks_against,
    touches_decree,
    proposed_decision_id
from {{ ref('rpt_link_review') }}
