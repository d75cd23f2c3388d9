"""The job types, one file a category; each is found by its decorator (schoolbell.queue.tasks)."""
