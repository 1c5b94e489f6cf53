with source as (

    select * from {{ source('raw', 'vacancies') }}

),

renamed as (

    select
        _delivery_id as delivery_id,
        _row_number as row_number,
        _sheet as sheet,
        _source_id as source_id,
        _loaded_at as loaded_at,
        employer_name,
        position,
        openings,
        education_min,
        age_min,
        age_max,
        sex_required,
        skills,
        posted_on,
        closes_on,
        wage_idr,
        area_code,
        area_name,
        district_name,
        extra
    from source

)

select * from renamed
