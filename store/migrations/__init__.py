"""The steps that bring a database to the present schema; alembic reads them from here, also out of an installed wheel."""
