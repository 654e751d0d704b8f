"""The engine's own full-text index over SearchEntry.tokens, kept by triggers on SQLite."""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE register_search USING fts5(
        tokens, content='register_searchentry', content_rowid='id', tokenize='ascii')""",
    """CREATE TRIGGER register_search_insert AFTER INSERT ON register_searchentry BEGIN
        INSERT INTO register_search(rowid, tokens) VALUES (new.id, new.tokens); END""",
    """CREATE TRIGGER register_search_delete AFTER DELETE ON register_searchentry BEGIN
        INSERT INTO register_search(register_search, rowid, tokens)
        VALUES ('delete', old.id, old.tokens); END""",
    """CREATE TRIGGER register_search_update AFTER UPDATE OF tokens ON register_searchentry BEGIN
        INSERT INTO register_search(register_search, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
        INSERT INTO register_search(rowid, tokens) VALUES (new.id, new.tokens); END""",
]
POSTGRESQL = [
    """CREATE INDEX register_search ON register_searchentry
        USING gin (to_tsvector('simple'::regconfig, tokens))""",
]


def build(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER register_search_{name}")
        schema_editor.execute("DROP TABLE register_search")
    else:
        schema_editor.execute("DROP INDEX register_search")


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]
    operations = [migrations.RunPython(build, drop)]
