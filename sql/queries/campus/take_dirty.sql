-- Takes away the mark that says this year's figures are due.
-- params:  campus_id bigint, school_year text
delete from metric_dirty
where campus_id = %(campus_id)s and grain = 'school_year' and period_key = %(school_year)s
