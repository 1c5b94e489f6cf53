select
    kind,
    old_id,
    new_id,
    change,
    changed_at
from {{ source('linkage', 'id_history') }}
