select
    source_id,
    sender_id,
    to_date(month, 'YYYY-MM') as month,
    due_on,
    state,
    is_late,
    delivery_ids
from {{ source('ops', 'due_months') }}
