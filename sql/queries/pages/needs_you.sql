-- Jobs of the last 30 days that did not end well and that no later job has made good, newest first.
-- params:  most integer
select job.*
from shown_jobs as job
where
    job.state in ('failed', 'partial')
    -- what was wrong with a file is said for three days; it cannot be mended here
    and job.created_at > clock.now() - case
        when job.error_class = 'InvalidInputError' then interval '3 days' else interval '30 days'
    end
    and not exists (
        select 1 from jobs as later
        where
            later.campus_id = job.campus_id
            and later.task = job.task
            -- a corrected file is another file
            and (
                later.duplicate_key = job.duplicate_key
                or job.error_class = 'InvalidInputError'
            )
            and later.created_at > job.created_at
            and later.state = 'succeeded'
    )
order by job.created_at desc, job.id desc
limit %(most)s
