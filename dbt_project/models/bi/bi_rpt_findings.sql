select * from {{ ref('rpt_findings') }}
