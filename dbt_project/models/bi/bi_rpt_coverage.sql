select * from {{ ref('rpt_coverage') }}
