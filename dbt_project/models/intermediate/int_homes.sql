-- Where a family can be found: the city's own word before the registries', the newest first.
with said as (

    {% set registry_day = "coalesce(" ~ period_start('said.period') ~ ", said.loaded_at::date)" %}
    {% for model, rank, said_on, phone in [
        ('stg_enumerations', 1, 'enumerated_on', 'phone'),
        ('stg_decrees', 2, 'decreed_on', 'null::text'),
        ('stg_registry_people', 3, registry_day, 'null::text'),
    ] %}
    select
        crosswalk.family_id,
        {{ rank }} as source_rank,
        {{ said_on if 'said.' in said_on else 'said.' ~ said_on }} as said_on,
        said.delivery_id,
        said.row_number,
        said.address,
        said.rt,
        said.rw,
        {{ phone if 'null' in phone else 'said.' ~ phone }} as phone
    from {{ ref(model) }} as said
    inner join {{ ref('stg_crosswalk') }} as crosswalk
        on said.delivery_id = crosswalk.delivery_id and said.row_number = crosswalk.row_number
    where {{ touched('crosswalk.family_id') }} and crosswalk.family_id is not null and said.address is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select distinct on (family_id)
    family_id,
    address,
    rt,
    rw,
    phone
from said
order by family_id asc, source_rank asc, said_on desc, delivery_id desc, row_number asc
