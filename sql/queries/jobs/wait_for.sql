-- Makes a job that was just added wait for others.
-- params:  child_id bigint, parent_ids bigint[], needs text (success, any outcome)
select wait_for(%(child_id)s, %(parent_ids)s::bigint[], %(needs)s)
