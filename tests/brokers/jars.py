"""Apache Kafka's jars, fetched once through Maven into a cache folder outside the tree."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

POM = Path(__file__).parents[2] / "deploy/kafka/pom.xml"
JAVA_NEEDED = 17
FETCH_SECONDS = 900


class KafkaMissingError(Exception):
    """Apache Kafka cannot be run here; the text says what is missing and what to do."""


def kafka_version() -> str:
    """Return the version that ``deploy/kafka/pom.xml`` pins."""
    found = ET.parse(POM).findtext(".//{*}kafka.version")  # noqa: S314  # a file of this repository
    if not found:
        raise KafkaMissingError(f"{POM} names no kafka.version")
    return found


def libs_folder() -> Path:
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache_home / "ocop" / f"kafka-{kafka_version()}" / "libs"


@cache
def find_java() -> str:
    """Return the java program.

    Raises:
        KafkaMissingError: there is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        raise KafkaMissingError(f"Java is missing: install a JRE {JAVA_NEEDED} or newer (java on PATH, or JAVA_HOME)")
    told = subprocess.run([java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, check=False)
    words = [line.split("=")[1].strip() for line in told.stderr.splitlines() if "java.specification.version" in line]
    version = int(words[0].removeprefix("1.").split(".")[0]) if words else 0
    if version < JAVA_NEEDED:
        raise KafkaMissingError(f"{java} is Java {version}: Apache Kafka 4 needs {JAVA_NEEDED} or newer")
    return java


@cache
def fetch_jars() -> Path:
    """Return the folder with Kafka's jars, fetched if they are not there.

    Raises:
        KafkaMissingError: Maven is missing, or could not fetch them.
    """
    libs = libs_folder()
    if libs.is_dir():
        return libs
    maven = shutil.which("mvn")
    if maven is None:
        raise KafkaMissingError(f"Maven is missing (mvn on PATH), and {libs} has no jars of Kafka")
    draft = libs.with_name(f"libs.{os.getpid()}")
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={draft}"]
    try:
        done = subprocess.run(
            [maven, "-q", "-B", "-f", str(POM), *goal],
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
        if done.returncode:
            raise KafkaMissingError(f"Maven could not fetch Kafka {kafka_version()}:\n{done.stdout[-1500:]}")
        draft.rename(libs)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return libs
