-- Help that is dated after the day on which its file arrived: to be asked about, not a reason to keep BI on yesterday.
{{ config(severity='warn') }}

select
    help.delivery_id,
    help.row_number
from {{ ref('fct_interventions') }} as help
inner join {{ ref('stg_deliveries') }} as deliveries on help.delivery_id = deliveries.delivery_id
where help.delivered_on > deliveries.received_at::date and help.status <> 'nominated'
