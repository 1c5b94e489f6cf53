select
    {{ env_var('SINERGI_BUILD_ID', '0') }}::bigint as build_id,
    now() as built_at,
    '{{ env_var('SINERGI_BUILD_COLOUR', 'blue') }}' as colour
