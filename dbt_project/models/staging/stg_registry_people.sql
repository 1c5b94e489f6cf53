with source as (

    select * from {{ source('raw', 'registry_people') }}

),

renamed as (

    select
        _delivery_id as delivery_id,
        _row_number as row_number,
        _sheet as sheet,
        _source_id as source_id,
        _loaded_at as loaded_at,
        registry_family_id,
        registry_member_no,
        period,
        nik,
        nik_status,
        nik_source,
        no_kk,
        no_kk_status,
        full_name,
        sex,
        birth_date,
        birth_year,
        corrected_name,
        corrected_nik,
        corrected_nik_status,
        corrected_nik_source,
        relationship,
        marital_status,
        education,
        school_participation,
        occupation,
        employment_status,
        dukcapil_match,
        verification_priority,
        is_verified_poor,
        verification_note,
        area_code,
        area_name,
        district_name,
        address,
        rt,
        rw,
        welfare_decile,
        welfare_percentile,
        is_stunting_risk,
        disability,
        house_ownership,
        roof_material,
        wall_material,
        floor_material,
        lighting_source,
        cooking_fuel,
        water_source,
        toilet_facility,
        aid_received,
        extra
    from source

)

select * from renamed
