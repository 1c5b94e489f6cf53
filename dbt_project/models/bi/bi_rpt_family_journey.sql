select * from {{ ref('rpt_family_journey') }}
