"""Django's database backend for PostgreSQL, with prepared statements that share round trips."""
