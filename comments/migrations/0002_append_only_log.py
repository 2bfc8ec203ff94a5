"""The moderation log is only ever added to, whoever asks: a moderator, our own code, a shell.

What an event names may go (an account, an article); then the event forgets it, and its note with it.
"""

from django.db import migrations

_TABLE = "comments_moderationevent"

_GUARD = f"""
CREATE FUNCTION {_TABLE}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.moderator_id := CASE WHEN NEW.moderator_id IS NULL THEN NULL ELSE OLD.moderator_id END;
        OLD.comment_id := CASE WHEN NEW.comment_id IS NULL THEN NULL ELSE OLD.comment_id END;
        OLD.discussion_id := CASE WHEN NEW.discussion_id IS NULL THEN NULL ELSE OLD.discussion_id END;
        OLD.subject_id := CASE WHEN NEW.subject_id IS NULL THEN NULL ELSE OLD.subject_id END;
        OLD.note := CASE WHEN NEW.note = '' THEN '' ELSE OLD.note END;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the moderation log is only ever added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {_TABLE}
    FOR EACH ROW EXECUTE FUNCTION {_TABLE}_is_append_only();
"""

_REMOVE = f"DROP TRIGGER append_only ON {_TABLE}; DROP FUNCTION {_TABLE}_is_append_only();"


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial")]

    operations = [migrations.RunSQL(_GUARD, _REMOVE)]
