"""Keeps Article.translation: triggers on texts and articles, since any writer of texts must obey.

Whether a translation is out of date depends on two rows, which no index can compare.
"""

from django.db import migrations

_DO = """
CREATE FUNCTION news_translation_of(article bigint, original text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN count(*) = 0 THEN 'missing'
        WHEN bool_or(own.origin <> 'original' AND own.source_fingerprint <> source.fingerprint)
            THEN 'stale'
        WHEN bool_or(own.origin <> 'original' AND NOT own.is_checked) THEN 'unchecked'
        ELSE 'done'
    END
    FROM news_articletext own
    LEFT JOIN news_articletext source ON source.article_id = $1 AND source.language = $2
    WHERE own.article_id = $1 AND own.language <> $2
$$;

-- Who saves a whole article writes back what it was when they fetched it.
CREATE FUNCTION news_article_translated() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.translation := news_translation_of(NEW.id, NEW.original_language);
    RETURN NEW;
END $$;

CREATE TRIGGER news_article_translated
BEFORE UPDATE OF translation, original_language ON news_article
FOR EACH ROW EXECUTE FUNCTION news_article_translated();

CREATE FUNCTION news_translation_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    number bigint := COALESCE(NEW.article_id, OLD.article_id);
BEGIN
    PERFORM 1 FROM news_article WHERE id = number FOR NO KEY UPDATE;
    UPDATE news_article SET translation = translation
    WHERE id = number AND translation <> news_translation_of(id, original_language);
    RETURN NULL;
END $$;

CREATE TRIGGER news_translation_added AFTER INSERT OR DELETE ON news_articletext
FOR EACH ROW EXECUTE FUNCTION news_translation_changed();

CREATE TRIGGER news_translation_changed AFTER UPDATE ON news_articletext
FOR EACH ROW WHEN (
    (OLD.language, OLD.origin, OLD.is_checked, OLD.source_fingerprint, OLD.fingerprint)
    IS DISTINCT FROM
    (NEW.language, NEW.origin, NEW.is_checked, NEW.source_fingerprint, NEW.fingerprint)
)
EXECUTE FUNCTION news_translation_changed();
"""

_UNDO = """
DROP FUNCTION news_translation_changed, news_article_translated CASCADE;
DROP FUNCTION news_translation_of;
"""


class Migration(migrations.Migration):
    dependencies = [("news", "0002_search")]

    operations = [
        migrations.RunSQL(_DO, _UNDO),
        migrations.RunSQL("UPDATE news_article SET translation = translation", ""),
    ]
