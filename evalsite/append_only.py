"""Make the database itself refuse to change or delete an audit entry, whoever asks for it.

One thing may change: the account may go, and then the reference to it becomes empty; its name stays. Whoever
may alter the database's schema can take this away again, and nobody else.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "evalsite_auditentry"
KEPT = ("id", "at", "actor_name", "action", "subject", "details")
REFUSAL = "The audit log is append-only: its entries are neither changed nor deleted."


def protect(connection: BaseDatabaseWrapper) -> None:
    """Add the triggers."""
    _run(connection, _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away."""
    if connection.vendor == "postgresql":
        _run(connection, ("DROP FUNCTION evalsite_audit_refuses() CASCADE",))
    else:
        _run(connection, tuple(f"DROP TRIGGER {TABLE}_{deed}" for deed in ("update", "delete", "replace")))


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _same(operator: str) -> str:
    return " AND ".join(f"OLD.{column} {operator} NEW.{column}" for column in KEPT)


_RAISE = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
_SQLITE = (
    f"""CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE}
WHEN NOT (NEW.actor_id IS NULL AND {_same("IS")}) {_RAISE}""",
    f"""CREATE TRIGGER {TABLE}_delete BEFORE DELETE ON {TABLE} {_RAISE}""",
    # REPLACE deletes the row it meets without asking the trigger above.
    f"""CREATE TRIGGER {TABLE}_replace BEFORE INSERT ON {TABLE}
WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) {_RAISE}""",  # noqa: S608 - constants
)
_POSTGRESQL = (
    f"""CREATE FUNCTION evalsite_audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE} FOR EACH ROW
WHEN (NOT (NEW.actor_id IS NULL AND {_same("IS NOT DISTINCT FROM")}))
EXECUTE FUNCTION evalsite_audit_refuses()""",
    f"""CREATE TRIGGER {TABLE}_delete BEFORE DELETE ON {TABLE} FOR EACH ROW
EXECUTE FUNCTION evalsite_audit_refuses()""",
    f"""CREATE TRIGGER {TABLE}_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT
EXECUTE FUNCTION evalsite_audit_refuses()""",
)
