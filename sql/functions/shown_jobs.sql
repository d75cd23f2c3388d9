-- A job as pages and commands show it: its row, its campus, how long it took and still takes. It
-- looks with the eyes of whoever asks (security_invoker): the policies of jobs and campuses hold.
-- Made anew after every migration; one that drops a column of jobs drops this view first.
drop view if exists shown_jobs;
create view shown_jobs with (security_invoker = true) as
select
    job.*,
    campus.name as campus_name,
    campus.sourced_id as campus,
    campus.kind as campus_kind,
    campus.time_zone as zone,
    extract(epoch from clock.now() - job.progress_since)::float8 as progress_seconds,
    extract(epoch from clock.now() - job.started_at)::float8 as running_seconds,
    case
        when job.state = 'running' and job.progress_total > 0
            then usual_seconds(job.task, job.campus_id)
    end as usual_seconds,
    extract(epoch from job.ended_at - job.started_at)::float8 as took_seconds,
    job.state in ('succeeded', 'partial', 'failed', 'cancelled') as is_over,
    -- what was wrong with what was handed in is wrong the next time too
    job.error_class is null or job.error_class not in ('InvalidInputError', 'InvalidJobError')
        as is_worth_again
from jobs as job
inner join campuses as campus on campus.campus_id = job.campus_id;
