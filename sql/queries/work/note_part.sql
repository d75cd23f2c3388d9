-- Checkpoint: the part is done when, and only when, what it wrote is there.
-- params:  job_id bigint, part text, campus_id bigint
insert into job_parts (job_id, part, campus_id)
values (%(job_id)s, %(part)s, %(campus_id)s)
