"""Where PostgreSQL has PostGIS to offer and we may take it, its index is used."""

from django.db import migrations


def enable(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_available_extensions, pg_roles WHERE name = 'postgis' "
            "AND rolname = current_user AND rolsuper"
        )
        if cursor.fetchone():
            cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")


class Migration(migrations.Migration):
    dependencies = [("feature", "0001_features")]
    operations = [migrations.RunPython(enable, migrations.RunPython.noop)]
