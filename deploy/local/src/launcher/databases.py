"""The SQL that gives a service a database of its own: one user who owns it, one who only reads and writes rows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceDatabase:
    """How a service (``app_url``) and its migrations (``owner_url``) reach their database; asyncpg URLs."""

    app_url: str
    owner_url: str


@dataclass(frozen=True)
class DatabaseSql:
    """Statements for one service; each may be run again."""

    app: str
    owner: str

    def make(self, app_password: str, owner_password: str) -> str:
        """Return what is run in the database ``postgres``; nobody may enter a database that is not theirs."""
        lacks = f"NOT EXISTS (SELECT FROM pg_database WHERE datname = '{self.app}')"
        return "\n".join(
            [
                _role(self.app, app_password),
                _role(self.owner, owner_password),
                f"SELECT 'CREATE DATABASE {self.app} OWNER {self.owner} TEMPLATE template0' WHERE {lacks} \\gexec",
                f"REVOKE ALL ON DATABASE {self.app} FROM PUBLIC;",
                f"GRANT CONNECT ON DATABASE {self.app} TO {self.app};",
            ]
        )

    def grant(self) -> str:
        """Return what is run in the service's database: what the owner makes, the app user may use but not change."""
        rights = f"ALTER DEFAULT PRIVILEGES FOR ROLE {self.owner} IN SCHEMA public GRANT"
        return "\n".join(
            [
                "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
                f"GRANT USAGE ON SCHEMA public TO {self.app};",
                f"{rights} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {self.app};",
                f"{rights} USAGE, SELECT ON SEQUENCES TO {self.app};",
            ]
        )


def _role(name: str, password: str) -> str:
    lacks = f"NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}')"
    return (
        f"SELECT 'CREATE ROLE {name}' WHERE {lacks} \\gexec\n"
        f"ALTER ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}';"
    )


# Without it every user could enter the databases that initdb makes.
CLOSE_COMMON_DATABASES = "REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;"
