-- Every trigger, in one place; applied after the functions that they call.
create or replace trigger check_job_transition before update on jobs
for each row execute function check_job_transition();

create or replace trigger follow_job_insert after insert on jobs
referencing new table as new_rows
for each statement execute function follow_job_insert();

create or replace trigger follow_job_update after update on jobs
referencing old table as old_rows new table as new_rows
for each statement execute function follow_job_update();

create or replace trigger follow_queue_update after update on procrastinate_jobs
referencing old table as old_rows new table as new_rows
for each statement execute function follow_queue_update();

create or replace trigger follow_queue_delete after delete on procrastinate_jobs
referencing old table as old_rows
for each statement execute function follow_queue_delete();

create or replace trigger mark_dirty_on_insert after insert on campus_day_reported
referencing new table as changed_rows
for each statement execute function mark_reported_dirty();

create or replace trigger mark_dirty_on_update after update on campus_day_reported
referencing new table as changed_rows
for each statement execute function mark_reported_dirty();

create or replace trigger mark_dirty_on_delete after delete on campus_day_reported
referencing old table as changed_rows
for each statement execute function mark_reported_dirty();
