"""Rows changed behind the ledger's back, as only a database's superuser could."""


def without_triggers(owner, statement):
    with owner.transaction():
        owner.execute("set local session_replication_role = replica")
        owner.execute(statement)
