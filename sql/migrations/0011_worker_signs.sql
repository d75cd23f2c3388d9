-- Each live worker's own row, written once a round: Procrastinate's table holds a number only.
create table worker_signs (
    worker text primary key, -- computer and process number, as the attempts say it
    started_at timestamptz not null default clock.now(),
    seen_at timestamptz not null default clock.now(),
    queue_worker_id bigint,
    jobs bigint[] not null default '{}'
);
