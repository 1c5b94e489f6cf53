select
    left_key,
    right_key,
    least(left_person_id, right_person_id) as first_person_id,
    greatest(left_person_id, right_person_id) as second_person_id,
    probability,
    reason,
    bits
from {{ source('linkage', 'review_queue') }}
