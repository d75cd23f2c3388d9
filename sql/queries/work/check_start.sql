-- Whose eyes the attempt has, and whether somebody already wants its job to stop.
-- params:  job_id bigint
select
    is_district() as is_district,
    (
        select job.cancel_requested_by
        from jobs as job
        where job.id = %(job_id)s
    ) as cancel_requested_by
