-- What is being worked on, longest first.
-- params:  most integer
select job.*
from shown_jobs as job
where job.state in ('running', 'retrying', 'interrupted')
order by job.started_at, job.id
limit %(most)s
