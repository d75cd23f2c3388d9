-- params:  home_id text
insert into serving_home (home_id)
values (%(home_id)s)
on conflict (only_one) do update
    set home_id = excluded.home_id
