-- Makes room for this year's figures; the refresh that follows is in the same transaction.
-- params:  campus_id bigint, school_year text
delete from metric_campus_period
where
    campus_id = %(campus_id)s
    and grain = 'school_year'
    and period_key = %(school_year)s
    and metric in (
        'attendance_mean', 'attendance_median', 'days_below_90', 'days_below_80', 'weekday_mean',
        'weekday_mean_without_low_days', 'worst_weekday', 'worst_weekday_with_low_days', 'low_days'
    )
