select * from {{ ref('rpt_budget') }}
