-- What an account may do, and where; a district admin has no one campus.
-- params:  account_id bigint, role text, sourced_id text or null
insert into account_roles (account_id, role, campus_id)
values (
    %(account_id)s,
    %(role)s,
    (
        select campus_id from campuses
        where sourced_id = %(sourced_id)s::text
    )
)
