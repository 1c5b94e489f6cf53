select
    _delivery_id as delivery_id,
    _row_number as row_number,
    _sheet as sheet,
    _source_id as source_id,
    _loaded_at as loaded_at,
    withdrawn_number,
    decree_number,
    decreed_on,
    effective_on,
    reason,
    extra
from {{ known('decree_withdrawals') }}
