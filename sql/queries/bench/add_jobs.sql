-- Ledger rows in bulk; what waits goes into the queue by the ledger's own triggers.
-- params:  many integer, label text, state text, due_at timestamptz or null
insert into jobs (
    created_at, campus_id, category, task, duplicate_key, queue, priority, is_district, state,
    requested_by, reason, tries, max_attempts, due_at, ended_at
)
select
    clock.now() - place * interval '1 second',
    campus.campus_id,
    'maintenance',
    'bench',
    %(label)s || ' ' || place,
    'maintenance',
    0,
    true,
    %(state)s,
    'bench',
    'a measurement',
    3,
    3,
    %(due_at)s::timestamptz,
    case when %(state)s = 'succeeded' then clock.now() end
from generate_series(1, %(many)s) as place
cross join campuses as campus
where campus.kind = 'district'
