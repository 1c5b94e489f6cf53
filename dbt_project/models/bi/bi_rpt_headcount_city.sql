select * from {{ ref('rpt_headcount_city') }}
