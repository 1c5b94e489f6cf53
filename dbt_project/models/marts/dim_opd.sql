select
    opd_id,
    name,
    abbreviation,
    mandate,
    is_assumed
from {{ ref('opd') }}
