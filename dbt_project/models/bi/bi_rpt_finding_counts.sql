select * from {{ ref('rpt_finding_counts') }}
