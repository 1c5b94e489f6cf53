select * from {{ ref('rpt_overlap_counts') }}
