-- The day of a run would say whose delivery changed an id, and so of which kelurahan it is: the month does not.
select
    kind,
    old_id,
    current_id,
    change,
    {{ first_of_month('changed_at') }} as changed_at
from {{ ref('xwalk_ids') }}
