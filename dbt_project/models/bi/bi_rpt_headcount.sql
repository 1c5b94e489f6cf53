-- Who entered and left is shown for the city only: in a kelurahan it is a handful of people in any month.
{{ suppressed(
    ref('rpt_headcount'),
    keys=['month', 'month_end', 'area_code'],
    within=['month'],
    measures=['people', 'families'],
    cell=['area_code'],
    over='month'
) }}
