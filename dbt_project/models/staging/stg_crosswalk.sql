select
    source_id,
    delivery_id,
    row_number,
    person_id,
    family_id,
    method,
    probability
from
    {% if not env_var('SINERGI_KNOWN_AT', '') %}
    {{ source('linkage', 'crosswalk') }}
    {% else %}
    ({{ known_links() }}) as links
    {% endif %}
