"""What is known of jobs: the ledger."""
