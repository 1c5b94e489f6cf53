-- Help without its recipient: who got it stands in the by-name lists of the office that gave it.
select
    intervention_id,
    opd_id,
    program_id,
    recipient_kind,
    delivered_on,
    ended_on,
    amount_idr,
    quantity,
    unit,
    status,
    funding_source,
    delivery_id,
    row_number
from {{ ref('fct_interventions') }}
