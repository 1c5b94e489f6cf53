-- sinergi.build enters a build in the ledger before dbt starts, and never runs two at once.
select
    build_id,
    started_at as built_at,
    colour
from {{ source('ops', 'runs') }}
where colour = '{{ env_var('SINERGI_BUILD_COLOUR', 'blue') }}'
order by build_id desc
limit 1
