select
    _delivery_id as delivery_id,
    _row_number as row_number,
    _sheet as sheet,
    _source_id as source_id,
    _loaded_at as loaded_at,
    reported_on,
    opd_id,
    program_name,
    activity_code,
    strategy,
    funding_source,
    ceiling_idr,
    realised_idr,
    recipients,
    extra
from {{ known('budgets') }}
