"""Keeps news.SearchEntry: triggers on articles and their texts, in SQL since any writer must obey.
And the indexes by which the desk searches what isn't published as well (news.desk_search).

Text and query fold alike what people write in two ways: ё and е, `space-based` and `space based`.
Signs become blanks, since in a database of the locale C all but ASCII are letters to the parser.
`news.search_words` folds queries by the same table; a test compares the two.
"""

from django.db import migrations

_SIGNS = "-‐‑–—−«»“”„‘’‚‹›…·•№§°×\u00a0\u2009\u200b\u202f\ue000\ue001\ue002"
_NO_WORD = "\ue000"  # as a sign it is in no folded text
_FOLDED = "ёЁ" + _SIGNS, "еЕ" + " " * len(_SIGNS)

# A tsvector holds at most 1 MB: a longer text is found by its beginning, and can be saved.
_LONGEST = 100_000

_FUNCTIONS = f"""
CREATE FUNCTION news_folded(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate($1, '{_FOLDED[0]}', '{_FOLDED[1]}')
$$;

CREATE FUNCTION news_words(configuration regconfig, title text, lead text, body text)
RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector(configuration, news_folded(title)), 'A')
        || setweight(to_tsvector(configuration, news_folded(lead)), 'B')
        || setweight(to_tsvector(configuration, news_folded(
            regexp_replace(left(body, {_LONGEST}), '<[^>]*>', ' ', 'g'))), 'C')
$$;

CREATE FUNCTION news_words_of(article bigint, language text, configuration regconfig)
RETURNS tsvector
LANGUAGE sql STABLE AS $$
    SELECT news_words($3, title, lead, body)
    FROM news_articletext WHERE article_id = $1 AND language = $2
$$;

-- What an index of words can answer of a query, as it doesn't know where in a text they stand: a
-- phrase becomes its words; one that isn't wanted, a word that no text has. Null where nothing but
-- absence is wanted: that would be most texts.
CREATE FUNCTION news_indexable(tsquery) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(
        regexp_replace($1::text, '!\\( .*? \\)', '!''{_NO_WORD}''', 'g'),
        ' <(-|\\d+)> ', ' & ', 'g')::tsquery
    WHERE querytree($1) NOT IN ('', 'T')
$$;

-- Makes the entry of an article what it has to be; the caller holds the article's lock.
CREATE FUNCTION news_enter_in_search(bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO news_searchentry
        (article_id, published_at, rubric_id, source_id, words_en, words_ru)
    SELECT id, published_at, rubric_id, source_id,
        news_words_of(id, 'en', 'english'), news_words_of(id, 'ru', 'russian')
    FROM news_article WHERE id = $1 AND state = 'published'
    ON CONFLICT (article_id) DO UPDATE SET
        published_at = EXCLUDED.published_at,
        rubric_id = EXCLUDED.rubric_id,
        source_id = EXCLUDED.source_id,
        words_en = EXCLUDED.words_en,
        words_ru = EXCLUDED.words_ru;
    IF NOT FOUND THEN
        DELETE FROM news_searchentry WHERE article_id = $1;
    END IF;
END $$;
"""

_TRIGGERS = """
CREATE FUNCTION news_article_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM news_enter_in_search(NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER news_article_added AFTER INSERT ON news_article
FOR EACH ROW WHEN (NEW.state = 'published')
EXECUTE FUNCTION news_article_changed();

CREATE TRIGGER news_article_changed AFTER UPDATE ON news_article
FOR EACH ROW WHEN (
    (OLD.state, OLD.published_at, OLD.rubric_id, OLD.source_id)
    IS DISTINCT FROM (NEW.state, NEW.published_at, NEW.rubric_id, NEW.source_id)
)
EXECUTE FUNCTION news_article_changed();

-- The lock makes whoever publishes meanwhile wait, or us see what they have done.
CREATE FUNCTION news_text_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM news_article WHERE id = NEW.article_id FOR NO KEY UPDATE;
    PERFORM news_enter_in_search(NEW.article_id);
    RETURN NULL;
END $$;

CREATE TRIGGER news_text_added AFTER INSERT ON news_articletext
FOR EACH ROW EXECUTE FUNCTION news_text_changed();

CREATE TRIGGER news_text_changed AFTER UPDATE ON news_articletext
FOR EACH ROW WHEN (
    (OLD.language, OLD.title, OLD.lead, OLD.body)
    IS DISTINCT FROM (NEW.language, NEW.title, NEW.lead, NEW.body)
)
EXECUTE FUNCTION news_text_changed();

-- Changes an entry and makes none: the article itself may be on its way out.
CREATE FUNCTION news_text_removed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE news_searchentry SET
        words_en = CASE OLD.language WHEN 'en' THEN NULL ELSE words_en END,
        words_ru = CASE OLD.language WHEN 'ru' THEN NULL ELSE words_ru END
    WHERE article_id = OLD.article_id;
    RETURN NULL;
END $$;

CREATE TRIGGER news_text_removed AFTER DELETE ON news_articletext
FOR EACH ROW EXECUTE FUNCTION news_text_removed();
"""

# The Russian configuration knows English words, too: by their letters. Nothing but what PostgreSQL
# brings itself, since it makes these anew while a backup is restored, before our functions.
_OF_IMAGE = "alt_en || ' ' || alt_ru || ' ' || caption_en || ' ' || caption_ru || ' ' || credit"
_DESK = "".join(
    f"""
CREATE INDEX {name} ON {table} USING gin (
    to_tsvector('russian'::regconfig, translate({words}, '{_FOLDED[0]}', '{_FOLDED[1]}')));
"""
    for name, table, words in [
        ("text_desk_words", "news_articletext", "title"),
        ("item_desk_words", "news_incomingitem", "title"),
        ("image_desk_words", "news_image", _OF_IMAGE),
    ]
)

_UNDO = """
DROP FUNCTION news_article_changed, news_text_changed, news_text_removed CASCADE;
DROP FUNCTION news_enter_in_search, news_words_of, news_words, news_folded;
DROP FUNCTION news_indexable;
"""


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial")]

    operations = [
        # Rows of a hundred bytes, with the words out of the way even where they are few.
        migrations.RunSQL(
            "ALTER TABLE news_searchentry SET (toast_tuple_target = 128)",
            "ALTER TABLE news_searchentry RESET (toast_tuple_target)",
        ),
        migrations.RunSQL(_FUNCTIONS + _TRIGGERS, _UNDO),
        migrations.RunSQL(
            _DESK, "DROP INDEX text_desk_words, item_desk_words, image_desk_words"
        ),
        migrations.RunSQL("SELECT news_enter_in_search(id) FROM news_article", ""),
    ]
