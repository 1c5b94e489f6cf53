select * from {{ ref('rpt_untargeted_counts') }}
