-- The home that keeps the serving passwords, if any does yet.
select home_id from serving_home
