-- Jobs of some campuses, newest first, from a key on: each campus's newest, merged, so that a
-- campus without new jobs never walks the whole list (performance.md section 4).
-- params:  campus_ids bigint[], category text or null, states text[] or null,
--          before_at timestamptz or null, before_id bigint or null, most integer
select job.*
from unnest(%(campus_ids)s::bigint[]) as wanted (campus_id)
cross join
    lateral (
        select newest.*
        from shown_jobs as newest
        where
            newest.campus_id = wanted.campus_id
            and (%(category)s::text is null or newest.category = %(category)s)
            and (%(states)s::text[] is null or newest.state = any(%(states)s))
            and (
                %(before_at)s::timestamptz is null
                or (newest.created_at, newest.id)
                < (%(before_at)s::timestamptz, %(before_id)s::bigint)
            )
        order by newest.created_at desc, newest.id desc
        limit %(most)s
    ) as job
order by job.created_at desc, job.id desc
limit %(most)s
