-- All cohorts of a month together are who entered in it.
{{ suppressed(
    ref('rpt_outcomes'),
    keys=['cohort_month', 'strategies'],
    within=['cohort_month'],
    measures=['families', 'families_graduated', 'families_removed', 'families_withdrawn', 'families_in_force'],
    of={
        'families_graduated': 'families', 'families_removed': 'families', 'families_withdrawn': 'families',
        'families_in_force': 'families'
    },
    along={
        'people': 'families', 'median_days_to_graduation': 'families_graduated', 'median_times_helped': 'families'
    }
) }}
