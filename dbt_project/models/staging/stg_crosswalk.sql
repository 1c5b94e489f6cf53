with source as (

    {% if not env_var('SINERGI_KNOWN_AT', '') %}
    select source_id, delivery_id, row_number, person_id, family_id, method, probability
    from {{ source('linkage', 'crosswalk') }}
    {% else %}
    {{ known_links() }}
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
