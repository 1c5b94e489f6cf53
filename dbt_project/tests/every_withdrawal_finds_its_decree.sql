-- A withdrawal of a decree that was never taken in: a number to look up, not a reason to keep BI on yesterday.
{{ config(severity='warn') }}

select
    withdrawals.delivery_id,
    withdrawals.row_number
from {{ ref('stg_decree_withdrawals') }} as withdrawals
left join {{ ref('stg_decrees') }} as decrees on withdrawals.withdrawn_number = decrees.decree_number
where decrees.decree_number is null
