-- Which home keeps the passwords of the serving roles: a second one must not replace them.
create table serving_home (
    only_one boolean primary key default true check (only_one),
    home_id text not null
);
