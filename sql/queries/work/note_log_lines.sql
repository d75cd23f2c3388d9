-- Keeps lines of an attempt's log; each was said `age` seconds ago.
-- params:  job_id bigint, campus_id bigint, attempt integer, texts text[], ages float8[]
insert into job_log_lines (campus_id, job_id, attempt, at, text)
select
    %(campus_id)s,
    %(job_id)s,
    %(attempt)s,
    clock.now() - make_interval(secs => line.age),
    line.text
from
    unnest(%(texts)s::text[], %(ages)s::float8[])
    with ordinality as line (text, age, place)
order by line.place
