select
    source_id,
    delivery_id,
    row_number,
    person_id,
    family_id,
    method,
    probability
from {{ ref('stg_crosswalk') }}
where {{ touched_row() }}
