with reports as (

    select
        budgets.reported_on,
        coalesce(offices.current_opd_id, budgets.opd_id) as opd_id,
        budgets.program_name,
        budgets.activity_code,
        budgets.strategy,
        budgets.funding_source,
        budgets.ceiling_idr,
        budgets.realised_idr,
        budgets.recipients,
        budgets.delivery_id,
        budgets.row_number,
        extract(year from budgets.reported_on)::integer as year,
        case when extract(month from budgets.reported_on) <= 6 then 1 else 2 end as semester
    from {{ ref('stg_budgets') }} as budgets
    left join {{ ref('int_offices') }} as offices on budgets.opd_id = offices.opd_id

),

-- A line's last report in a half-year counts; realisation is reported from 1 January on.
latest as (

    select distinct on (year, semester, opd_id, program_name, activity_code, strategy, funding_source)
        *
    from reports
    order by
        year asc, semester asc, opd_id asc, program_name asc, activity_code asc, strategy asc, funding_source asc,
        reported_on desc, delivery_id desc, row_number desc

),

lines as (

    select
        year,
        semester,
        strategy,
        opd_id,
        program_name,
        funding_source,
        max(reported_on) as reported_on,
        sum(ceiling_idr)::numeric(16, 2) as ceiling_idr,
        sum(realised_idr)::numeric(16, 2) as realised_idr,
        sum(recipients)::integer as recipients
    from latest
    group by year, semester, strategy, opd_id, program_name, funding_source

),

-- Without a report of the first half-year nobody knows what of the year's realisation came in the second.
by_semester as (

    select
        *,
        case semester when 1 then realised_idr else realised_idr - lag(realised_idr) over this_line end
            as in_semester_idr
    from lines
    window this_line as (
        partition by year, strategy, opd_id, program_name, funding_source order by semester
    )

)

select
    year,
    semester::integer as semester,
    coalesce(strategy, 'unknown') as strategy,
    opd_id,
    program_name,
    coalesce(funding_source, 'unknown') as funding_source,
    reported_on,
    ceiling_idr,
    realised_idr,
    in_semester_idr::numeric(16, 2) as realised_in_semester_idr,
    recipients,
    round(realised_idr / nullif(ceiling_idr, 0), 4)::numeric(10, 4) as realised_share,
    round(in_semester_idr / nullif(ceiling_idr, 0), 4)::numeric(10, 4) as realised_in_semester_share,
    coalesce(realised_idr > ceiling_idr, false) as is_over_ceiling
from by_semester
