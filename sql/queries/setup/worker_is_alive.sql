-- Whether some worker has given a sign of life lately.
-- source:  Procrastinate's own bound for a stalled worker, 30 s
select exists(
    select 1 from procrastinate_workers
    where last_heartbeat > clock.now() - interval '30 seconds'
) as is_alive
