-- The cheapest answer that shows the database is there.
select 1 as alive
