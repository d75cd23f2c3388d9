-- The latest school year that a campus takes part in, and whether it is over.
-- params:  campus_id bigint
select
    session.title,
    session.start_date,
    session.end_date,
    session.end_date <= clock.now()::date as is_closed
from academic_sessions as session
inner join campuses as campus on campus.campus_id = %(campus_id)s
where
    session.type = 'schoolYear'
    and session.campus_id in (
        campus.campus_id, case when not campus.made_up then campus.district_campus_id end
    )
order by session.start_date desc
limit 1
