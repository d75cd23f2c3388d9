-- Forgets sessions that have ended and failed sign-ins that no longer count.
select
    sessions,
    failures
from cleanup_sessions()
