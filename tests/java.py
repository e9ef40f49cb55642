"""Java, and jars that Maven fetches once into the user's cache folder, outside the tree."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

JAVA_NEEDED = 17
FETCH_SECONDS = 900


class JavaMissingError(Exception):
    """What runs on Java cannot be run here; the text says what is missing and what to do."""


@cache
def find_java() -> str:
    """Return the java program.

    Raises:
        JavaMissingError: there is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        raise JavaMissingError(f"Java is missing: install a JRE {JAVA_NEEDED} or newer (java on PATH, or JAVA_HOME)")
    told = subprocess.run([java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, check=False)
    words = [line.split("=")[1].strip() for line in told.stderr.splitlines() if "java.specification.version" in line]
    version = int(words[0].removeprefix("1.").split(".")[0]) if words else 0
    if version < JAVA_NEEDED:
        raise JavaMissingError(f"{java} is Java {version}: {JAVA_NEEDED} or newer is needed")
    return java


def pinned_version(pom: Path, name: str) -> str:
    """Return the version that a property of a pom pins."""
    found = ET.parse(pom).findtext(f".//{{*}}{name}")  # noqa: S314  # a file of this repository
    if not found:
        raise JavaMissingError(f"{pom} names no {name}")
    return found


def jar_folder(name: str) -> Path:
    """Return the folder in the user's cache that the jars of something belong into."""
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache_home / "ocop" / name / "libs"


@cache
def fetch_jars(pom: Path, name: str, *goal: str) -> Path:
    """Return the folder with the jars, fetched by a goal of Maven's if they are not there.

    Raises:
        JavaMissingError: Maven is missing, or could not fetch them.
    """
    libs = jar_folder(name)
    if libs.is_dir():
        return libs
    maven = shutil.which("mvn")
    if maven is None:
        raise JavaMissingError(f"Maven is missing (mvn on PATH), and {libs} has no jars of {name}")
    draft = libs.with_name(f"libs.{os.getpid()}")
    try:
        done = subprocess.run(
            [maven, "-q", "-B", "-f", str(pom), *goal, f"-DoutputDirectory={draft}"],
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
        if done.returncode:
            raise JavaMissingError(f"Maven could not fetch {name}:\n{done.stdout[-1500:]}")
        draft.rename(libs)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return libs
