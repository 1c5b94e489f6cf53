with source as (

    select * from {{ source('raw', 'registry_families') }}

),

renamed as (

    select
        _delivery_id as delivery_id,
        _row_number as row_number,
        _sheet as sheet,
        _source_id as source_id,
        _loaded_at as loaded_at,
        registry_family_id,
        period,
        no_kk,
        no_kk_status,
        head_name,
        head_nik,
        head_nik_status,
        head_nik_source,
        head_sex,
        head_birth_date,
        dukcapil_match,
        area_code,
        area_name,
        district_name,
        address,
        rt,
        rw,
        member_count,
        welfare_decile,
        welfare_percentile,
        head_occupation,
        head_education,
        has_savings,
        house_ownership,
        roof_material,
        wall_material,
        floor_material,
        lighting_source,
        cooking_fuel,
        water_source,
        toilet_facility,
        floor_area_m2,
        electric_power_va,
        is_stunting_risk,
        aid_received,
        extra
    from source

)

select * from renamed
