select
    decision_id,
    kind,
    left_keys,
    right_keys,
    approved_at is not null as is_approved,
    undone_at is not null and (approved_at is null or undo_approved_at is not null) as is_undone
from {{ source('linkage', 'decisions') }}
