-- A worker's sign of life, with the jobs it holds; who has given none for ten minutes is forgotten.
-- params:  worker text, queue_worker_id bigint, jobs bigint[]
with forgotten as (
    delete from worker_signs
    where seen_at < clock.now() - interval '10 minutes' and worker <> %(worker)s
)

insert into worker_signs (worker, queue_worker_id, jobs)
values (%(worker)s, %(queue_worker_id)s, %(jobs)s::bigint[])
on conflict (worker) do update
    set
        seen_at = clock.now(),
        queue_worker_id = excluded.queue_worker_id,
        jobs = excluded.jobs
