-- Claims the jobs that are next, many at once.
-- params:  many integer
update procrastinate_jobs set status = 'doing'
where id in (
    select waiting.id from procrastinate_jobs as waiting
    where waiting.status = 'todo'
    order by waiting.priority desc, waiting.id
    limit %(many)s
)
