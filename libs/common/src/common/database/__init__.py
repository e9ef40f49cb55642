"""PostgreSQL: the engine and its naming, migrations and their revisions, and a watch on the server."""
