"""PostgreSQL from its wheel: data that stay, services that cannot see each other, and a server that ends with us."""

import os
import pwd
import shutil
import signal
import site
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import psutil
import pytest

import launcher
from common.delivery.relay import plain_dsn
from launcher.owners import choose_user
from launcher.postgres import PostgresFailedError, PostgresServer, programs

NORMAL_USER = pwd.getpwnam("daemon").pw_uid  # any that the machine knows: initdb looks for its name
MODULES = {"PYTHONPATH": os.pathsep.join([str(Path(launcher.__file__).parents[1]), *site.getsitepackages()])}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[PostgresServer]:
    server = PostgresServer()
    server.start(tmp_path_factory.mktemp("server") / "data", durable=False)
    yield server
    server.stop()


async def run(url: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(plain_dsn(url))
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


async def test_a_restart_keeps_the_data_and_the_passwords(tmp_path: Path):
    server = PostgresServer()
    server.start(tmp_path / "data")
    database = server.create_service_database("allocation")
    await run(database.owner_url, "CREATE TABLE kept (name text)")
    await run(database.app_url, "INSERT INTO kept VALUES ('Đường Lâm')")
    server.stop()
    server.start(tmp_path / "data")
    again = server.create_service_database("allocation")
    assert [row["name"] for row in await run(again.app_url, "SELECT name FROM kept")] == ["Đường Lâm"]
    server.stop()


async def test_what_was_committed_is_there_after_a_kill_of_the_server(tmp_path: Path):
    server = PostgresServer()
    server.start(tmp_path / "data")
    database = server.create_service_database("allocation")
    await run(database.owner_url, "CREATE TABLE kept (number int)")
    await run(database.app_url, "INSERT INTO kept SELECT generate_series(1, 1000)")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.start(tmp_path / "data")
    assert (await run(server.url("allocation", "allocation"), "SELECT count(*) AS n FROM kept"))[0]["n"] == 1000
    server.stop()


def test_databases_are_made_side_by_side_and_again_without_harm(server: PostgresServer):
    names = ["registration", "allocation", "notifications", "reporting"] * 2
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(server.create_service_database, names))
    assert made[:4] == made[4:]


async def test_the_app_user_reads_and_writes_what_the_owner_made(server: PostgresServer):
    database = server.create_service_database("notifications")
    await run(database.owner_url, "CREATE TABLE notices (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state text)")
    await run(database.app_url, "INSERT INTO notices (state) VALUES ('due')")
    await run(database.app_url, "UPDATE notices SET state = 'sent'")
    assert [tuple(row) for row in await run(database.app_url, "SELECT id, state FROM notices")] == [(1, "sent")]
    await run(database.app_url, "DELETE FROM notices")


@pytest.mark.parametrize(
    "ddl",
    ["CREATE TABLE mine (id int)", "ALTER TABLE owned ADD COLUMN more int", "DROP TABLE owned", "CREATE SCHEMA mine"],
)
async def test_the_app_user_changes_no_structure(server: PostgresServer, ddl: str):
    database = server.create_service_database("reporting")
    await run(database.owner_url, "CREATE TABLE IF NOT EXISTS owned (id int)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(database.app_url, ddl)


@pytest.mark.parametrize("user", ["registration", "registration_owner"])
@pytest.mark.parametrize("database", ["allocation", "postgres", "template1"])
async def test_a_service_enters_no_database_but_its_own(server: PostgresServer, user: str, database: str):
    server.create_service_database("registration")
    server.create_service_database("allocation")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await run(server.url(database, user), "SELECT 1")


async def test_a_wrong_password_is_refused(server: PostgresServer):
    url = server.create_service_database("registration").app_url
    right = url.split(":")[2].split("@")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await run(url.replace(right, "guessed"), "SELECT 1")


async def test_the_durable_server_writes_to_disk_before_it_answers(tmp_path: Path):
    server = PostgresServer()
    server.start(tmp_path / "data")
    settings = {name: server.execute("postgres", f"SHOW {name}") for name in ("fsync", "synchronous_commit")}
    closes = server.execute("postgres", "SHOW idle_in_transaction_session_timeout")
    server.stop()
    assert (settings, closes) == ({"fsync": "on", "synchronous_commit": "on"}, "1min")


def test_secrets_are_for_their_owner_alone(server: PostgresServer, tmp_path: Path):
    server = PostgresServer()
    server.prepare(tmp_path / "data", durable=False)
    assert stat.S_IMODE((tmp_path / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert not list(tmp_path.glob("*.password"))


def test_an_initdb_cut_short_is_begun_anew(tmp_path: Path):
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new" / "PG_VERSION").write_text("18")
    server = PostgresServer()
    server.start(tmp_path / "data", durable=False)
    assert server.execute("postgres", "SELECT 1") == "1"
    server.stop()


def test_a_start_that_fails_tells_the_servers_last_words_and_leaves_nothing(server: PostgresServer, tmp_path: Path):
    late = PostgresServer()
    with pytest.raises(PostgresFailedError, match="Address already in use"):
        late.start(tmp_path / "data", port=server.port, durable=False)
    assert late.process is not None
    assert not psutil.pid_exists(late.process.pid)


def test_a_statement_that_fails_is_told(server: PostgresServer):
    with pytest.raises(PostgresFailedError, match=r'database postgres: .*"nothing" does not exist'):
        server.execute("postgres", "SELECT * FROM nothing")


def test_a_pid_file_whose_number_now_belongs_to_another_process_does_not_hinder_the_start(tmp_path: Path):
    server = PostgresServer()
    server.prepare(tmp_path / "data", durable=False)
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{tmp_path / 'data'}\n1\n1\n\n\n\nready\n")
    server.launch()
    server.wait_ready()
    server.stop()


STARTED_AND_LEFT = """
import sys, time
from pathlib import Path
from launcher.postgres import PostgresServer
server = PostgresServer()
server.start(Path(sys.argv[1]) / "data", durable=False)
print(server.process.pid, flush=True)
time.sleep(60)
"""


def start_elsewhere(
    folder: Path, *, python: str = sys.executable, uid: int | None = None, modules: Path | None = None
) -> tuple["subprocess.Popen[str]", psutil.Process]:
    """Start a server from another Python process; return both processes."""
    words = [python, "-c", STARTED_AND_LEFT, str(folder)]
    path = os.pathsep.join([*([str(modules)] if modules else []), MODULES["PYTHONPATH"]])
    environment = {"PYTHONPATH": path}
    starter = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, user=uid, group=uid, cwd="/", env=environment)
    assert starter.stdout is not None
    with starter.stdout as said:
        pid = said.readline()
    if not pid:
        pytest.fail(f"the server did not start: its starter ended with {starter.wait()}")
    return starter, psutil.Process(int(pid))


def end(starter: "subprocess.Popen[str]", server: psutil.Process) -> None:
    starter.kill()
    starter.wait()
    wait_until_gone(server)


def wait_until_gone(process: psutil.Process) -> None:
    """Wait for the end; who has no parent any more may stay as a zombie where nobody buries."""
    deadline = time.monotonic() + 10
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, f"{process} still runs"
        time.sleep(0.01)


def test_the_server_ends_when_its_starter_is_killed_and_starts_again_at_once(tmp_path: Path):
    starter, left = start_elsewhere(tmp_path)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    server = PostgresServer()
    server.start(tmp_path / "data", durable=False)  # waits for the first one's end
    wait_until_gone(left)
    assert server.execute("postgres", "SELECT 1") == "1"
    server.stop()


as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")


@pytest.fixture(scope="module")
def open_python() -> str:
    """A Python that a normal user can run: ours, or the machine's where ours lies in a folder for root alone."""
    for python in (sys.executable, "/usr/bin/python3"):
        words = ["/bin/sh", "-c", f"exec {python} -c 'import launcher.postgres'"]
        tried = subprocess.run(words, user=NORMAL_USER, env=MODULES, cwd="/", capture_output=True, check=False)
        if tried.returncode == 0:
            return python
    pytest.skip(f"a normal user can run neither {sys.executable} nor a Python 3.11 of the machine")


@pytest.fixture
def open_folder() -> Generator[Path]:
    """A folder that every user can pass."""
    with tempfile.TemporaryDirectory(prefix="ocop-open-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@as_root
def test_under_root_the_server_runs_as_somebody_else_even_below_a_folder_for_root_alone(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert choose_user(closed / "data", programs()).endswith("+")
    starter, process = start_elsewhere(closed)
    assert process.uids().real != 0
    end(starter, process)


def copy_programs(folder: Path) -> None:
    """Copy the database's programs as they lie where they were installed under umask 077: read by root alone."""
    found = programs().parent
    shutil.copytree(found, folder / found.parent.name / found.name, ignore=shutil.ignore_patterns("include"))
    (folder / found.parent.name / "__init__.py").touch()
    libraries = f"{found.parent.name}.libs"
    shutil.copytree(found.parents[1] / libraries, folder / libraries)
    for path in folder.rglob("*"):
        path.chmod(0o711 if path.parent.name == "bin" else 0o700 if path.is_dir() else 0o600)
    folder.chmod(0o700)


@as_root
def test_under_root_the_programs_may_lie_below_a_folder_for_root_alone_too(open_folder: Path, tmp_path: Path):
    copy_programs(tmp_path)
    starter, process = start_elsewhere(open_folder, modules=tmp_path)
    assert Path(process.exe()).is_relative_to(tmp_path)
    assert process.uids().real != 0
    end(starter, process)


@as_root
def test_a_root_that_may_not_pass_closed_folders_on_is_told_to_open_them(open_folder: Path, tmp_path: Path):
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv takes the right away; it is not here")
    copy_programs(tmp_path)
    words = ["setpriv", "--bounding-set", "-setpcap", sys.executable, "-c", STARTED_AND_LEFT, str(open_folder)]
    path = os.pathsep.join([str(tmp_path), MODULES["PYTHONPATH"]])
    done = subprocess.run(
        words, env={**os.environ, "PYTHONPATH": path}, cwd="/", capture_output=True, text=True, check=False
    )
    assert "initdb lies below a folder open to root alone, and this root may not pass that on: open it" in done.stderr


@as_root
def test_under_root_a_folder_that_all_may_pass_needs_no_special_right(open_folder: Path):
    user = choose_user(open_folder / "data", open_folder / "postgres")
    starter, process = start_elsewhere(open_folder)
    assert not user.endswith("+")
    assert process.uids().real == int(user.split(":")[0]) != 0
    end(starter, process)


@as_root
def test_a_normal_user_starts_a_server_as_themselves(open_folder: Path, open_python: str):
    os.chown(open_folder, NORMAL_USER, NORMAL_USER)
    starter, process = start_elsewhere(open_folder, python=open_python, uid=NORMAL_USER)
    assert process.uids().real == NORMAL_USER
    end(starter, process)


@as_root
def test_root_goes_on_as_the_user_whose_data_it_finds(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("18\n")
    os.chown(data / "PG_VERSION", NORMAL_USER, NORMAL_USER)
    assert choose_user(data, programs()).startswith(f"{NORMAL_USER}:")


@as_root
def test_a_normal_user_is_told_that_the_data_belong_to_somebody_else(open_folder: Path, open_python: str):
    (open_folder / "PG_VERSION").write_text("18\n")
    ask = "import sys, pathlib, launcher.owners as o; o.choose_user(pathlib.Path(sys.argv[1]), pathlib.Path('/bin/x'))"
    words = [open_python, "-c", ask, str(open_folder)]
    asked = subprocess.run(words, user=NORMAL_USER, env=MODULES, capture_output=True, text=True, cwd="/", check=False)
    assert "DataFolderError" in asked.stderr
    assert "belongs to user 0" in asked.stderr
