-- Puts back the jobs whose worker is gone.
-- returns: swept, how many
select sweep_expired_leases() as swept
