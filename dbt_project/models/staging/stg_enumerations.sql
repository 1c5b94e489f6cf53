with source as (

    select * from {{ source('raw', 'enumerations') }}

),

renamed as (

    select
        _delivery_id as delivery_id,
        _row_number as row_number,
        _sheet as sheet,
        _source_id as source_id,
        _loaded_at as loaded_at,
        household_no,
        enumerated_on,
        enumerator_name,
        nik,
        nik_status,
        nik_source,
        no_kk,
        no_kk_status,
        full_name,
        sex,
        birth_date,
        birth_year,
        relationship,
        marital_status,
        education,
        school_participation,
        occupation,
        employment_status,
        disability,
        has_identity_papers,
        area_code,
        area_name,
        district_name,
        address,
        rt,
        rw,
        phone,
        monthly_spending_idr,
        house_ownership,
        roof_material,
        wall_material,
        floor_material,
        lighting_source,
        cooking_fuel,
        water_source,
        toilet_facility,
        proposal,
        extra
    from source

)

select * from renamed
