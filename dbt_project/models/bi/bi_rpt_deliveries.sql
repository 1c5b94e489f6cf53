select * from {{ ref('rpt_deliveries') }}
