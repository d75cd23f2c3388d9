-- A job that is run again waits once more for the jobs it needs that have not ended.
insert into job_transitions (from_state, to_state, why) values
('failed', 'blocked', 'somebody ran it again, and jobs it needs have not ended'),
('partial', 'blocked', 'somebody ran it again, and jobs it needs have not ended'),
('cancelled', 'blocked', 'somebody ran it again, and jobs it needs have not ended');
