select
    program_id,
    opd_id,
    name,
    strategy,
    recipient_type
from {{ ref('programs') }}
