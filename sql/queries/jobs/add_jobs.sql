-- Adds a job for each campus, in the asker's name, where the same work is not already waiting.
-- params:  task, category, queue, priority, tries, is_district, campus_ids bigint[], arguments,
--          duplicate_key, state, reason, due_at timestamptz or null
-- returns: id of each job added
insert into jobs (
    campus_id, category, task, arguments, duplicate_key, queue, priority, is_district, state,
    requested_by, requested_by_account, reason, tries, max_attempts, due_at
)
select
    campus_id,
    %(category)s,
    %(task)s,
    %(arguments)s,
    %(duplicate_key)s,
    %(queue)s,
    %(priority)s,
    %(is_district)s,
    %(state)s,
    coalesce(asker_name(), 'Schoolbell'),
    asker_account(),
    %(reason)s,
    %(tries)s,
    %(tries)s,
    %(due_at)s::timestamptz
from unnest(%(campus_ids)s::bigint[]) as asked (campus_id)
where
    not exists (
        select 1 from job_keys as held
        where
            held.campus_id = asked.campus_id
            and held.task = %(task)s
            and held.duplicate_key = %(duplicate_key)s
    )
order by campus_id
returning id
