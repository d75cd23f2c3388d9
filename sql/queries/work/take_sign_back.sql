-- The worker ends in order: it is no longer there from now on.
-- params:  worker text
delete from worker_signs
where worker = %(worker)s
