with source as (

    select * from {{ source('raw', 'interventions') }}

),

renamed as (

    select
        _delivery_id as delivery_id,
        _row_number as row_number,
        _sheet as sheet,
        _source_id as source_id,
        _loaded_at as loaded_at,
        program_id,
        recipient_kind,
        delivered_on,
        ended_on,
        nik,
        nik_status,
        nik_source,
        no_kk,
        no_kk_status,
        full_name,
        sex,
        birth_date,
        birth_year,
        parent_name,
        group_name,
        area_code,
        area_name,
        district_name,
        address,
        rt,
        rw,
        phone,
        amount_idr,
        quantity,
        unit,
        status,
        phase,
        reference_number,
        funding_source,
        education,
        employment_status,
        skills,
        disability,
        nutrition_status,
        weight_kg,
        height_cm,
        extra
    from source

)

select * from renamed
