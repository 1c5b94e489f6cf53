select * from {{ ref('rpt_overlaps') }}
