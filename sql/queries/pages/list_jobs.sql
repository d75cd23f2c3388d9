-- Jobs of all campuses, newest first, from a key on.
-- params:  category text or null, states text[] or null, before_at timestamptz or null,
--          before_id bigint or null, most integer
select job.*
from shown_jobs as job
where
    (%(category)s::text is null or job.category = %(category)s)
    and (%(states)s::text[] is null or job.state = any(%(states)s))
    and (
        %(before_at)s::timestamptz is null
        or (job.created_at, job.id) < (%(before_at)s::timestamptz, %(before_id)s::bigint)
    )
order by job.created_at desc, job.id desc
limit %(most)s
