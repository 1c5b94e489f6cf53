with source as (

    select source_id, delivery_id, row_number, person_id, family_id, method, probability
    from {{ source('linkage', 'crosswalk') }}
    {% if env_var('SINERGI_KNOWN_AT', '') %}
    union all
    {{ history_ties('enumerations') }}
    union all
    {{ history_ties('deliberations', 'head_nik', 'head_name') }}
    union all
    {{ history_ties('interventions') }}
    union all
    {{ history_ties('decrees') }}
    {% endif %}

),

renamed as (

    select
        source_id,
        delivery_id,
        row_number,
        person_id,
        family_id,
        method,
        probability
    from source

)

select * from renamed
