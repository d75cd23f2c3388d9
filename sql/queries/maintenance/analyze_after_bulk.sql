-- Lets the planner know of the figures that were just loaded.
select analyze_after_bulk()
