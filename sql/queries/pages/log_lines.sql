-- The last lines that one attempt of a job has said, newest last.
-- params:  job_id bigint, attempt integer, most integer
select
    latest.at,
    latest.text
from (
    select
        line.line_id,
        line.at,
        line.text
    from job_log_lines as line
    where line.job_id = %(job_id)s and line.attempt = %(attempt)s
    order by line.line_id desc
    limit %(most)s
) as latest
order by latest.line_id
