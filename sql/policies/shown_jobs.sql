-- Jobs as they are shown: what comes out is what the policies of jobs and campuses let through.
revoke all on shown_jobs from public;
grant select on shown_jobs to schoolbell_campus, schoolbell_district;
