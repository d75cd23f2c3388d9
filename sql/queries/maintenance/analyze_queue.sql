-- Lets the planner know of the jobs that were just started.
select analyze_queue()
