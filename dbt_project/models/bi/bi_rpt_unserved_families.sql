select * from {{ ref('rpt_unserved_families') }}
