-- A kelurahan whose people are hidden and whose families are shown as none would have nobody, for all to see.
select
    month,
    area_code
from {{ ref('bi_rpt_headcount') }}
where people is null and families is not null
