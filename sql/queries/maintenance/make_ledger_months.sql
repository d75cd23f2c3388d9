-- Makes the ledger's months up to three ahead.
select make_ledger_months() as made
