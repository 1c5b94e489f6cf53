select * from {{ ref('fct_family_stages') }}
