select * from {{ ref('dim_opd') }}
