"""A session of tests leaves no process: one that some test started and nobody ended fails the session, and is named."""

import psutil
import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    left = [child for child in psutil.Process().children(recursive=True) if _runs(child)]
    if not left:
        return
    for child in left:
        session.config.get_terminal_writer().line(f"\nleft running: {_told(child)}", red=True)
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _runs(child: psutil.Process) -> bool:
    return child.is_running() and child.status() != psutil.STATUS_ZOMBIE


def _told(child: psutil.Process) -> str:
    try:
        return " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return f"process {child.pid}, which has ended meanwhile"
