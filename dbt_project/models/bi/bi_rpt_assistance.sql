select * from {{ ref('rpt_assistance') }}
