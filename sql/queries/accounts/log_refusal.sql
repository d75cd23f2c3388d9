-- Logs an act that was refused at a campus that the person sees.
-- params:  action text, campus_id bigint or null, job_id bigint or null
insert into audit_log (campus_id, actor, action, object, reason, outcome)
select
    coalesce(%(campus_id)s::bigint, job.campus_id),
    asker_name(),
    %(action)s,
    coalesce('job ' || %(job_id)s::bigint, 'campus'),
    'the right is missing',
    'refused'
from (select 1) as once
left join jobs as job on job.id = %(job_id)s::bigint
where coalesce(%(campus_id)s::bigint, job.campus_id) is not null
