"""The audit log is only ever added to, whoever asks: an administrator, our own code, a shell.

A person may be forgotten: then an entry forgets who did it, or what it calls them and says of them.
"""

from django.db import migrations

_TABLE = "news_auditentry"

_GUARD = f"""
CREATE FUNCTION {_TABLE}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.by_id := CASE WHEN NEW.by_id IS NULL THEN NULL ELSE OLD.by_id END;
        OLD.name := CASE WHEN NEW.name = '' THEN '' ELSE OLD.name END;
        OLD.detail := CASE WHEN NEW.detail = '' THEN '' ELSE OLD.detail END;
        OLD.why := CASE WHEN NEW.why = '' THEN '' ELSE OLD.why END;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {_TABLE}
    FOR EACH ROW EXECUTE FUNCTION {_TABLE}_is_append_only();
"""

_REMOVE = f"DROP TRIGGER append_only ON {_TABLE}; DROP FUNCTION {_TABLE}_is_append_only();"


class Migration(migrations.Migration):
    dependencies = [("news", "0003_translations")]

    operations = [migrations.RunSQL(_GUARD, _REMOVE)]
