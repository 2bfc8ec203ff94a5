"""Tables of which nothing is ever changed or deleted, whoever asks: the database refuses it."""

from django.db.migrations import RunSQL

_GUARD = """
CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        {forget}
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the {name} is only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only();
"""
_REMOVE = "DROP TRIGGER append_only ON {table}; DROP FUNCTION {table}_is_append_only();"


def append_only(table: str, name: str, *, keys: tuple[str, ...], words: tuple[str, ...]) -> RunSQL:
    """For a migration. What a row names may be forgotten: `keys` become NULL, `words` empty."""
    forget = [
        *(
            f"OLD.{key} := CASE WHEN NEW.{key} IS NULL THEN NULL ELSE OLD.{key} END;"
            for key in keys
        ),
        *(
            f"OLD.{word} := CASE WHEN NEW.{word} = '' THEN '' ELSE OLD.{word} END;"
            for word in words
        ),
    ]
    guard = _GUARD.format(table=table, name=name, forget="\n        ".join(forget))
    return RunSQL(guard, _REMOVE.format(table=table))
