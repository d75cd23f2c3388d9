-- The workers that are alive: those that have given a sign of life in the last seconds.
-- params:  within_seconds float8
select
    worker,
    started_at,
    jobs,
    extract(epoch from clock.now() - seen_at)::float8 as seen_seconds_ago
from worker_signs
where seen_at > clock.now() - make_interval(secs => %(within_seconds)s)
order by worker
