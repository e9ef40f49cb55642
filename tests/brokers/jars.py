"""Apache Kafka's jars, fetched once through Maven into a cache folder outside the tree."""

from pathlib import Path

from tests import java
from tests.java import JavaMissingError

POM = Path(__file__).parents[2] / "deploy/kafka/pom.xml"


class KafkaMissingError(Exception):
    """Apache Kafka cannot be run here; the text says what is missing and what to do."""


def kafka_version() -> str:
    """Return the version that ``deploy/kafka/pom.xml`` pins."""
    return java.pinned_version(POM, "kafka.version")


def find_java() -> str:
    """Return the java program.

    Raises:
        KafkaMissingError: there is none, or it is too old.
    """
    try:
        return java.find_java()
    except JavaMissingError as error:
        raise KafkaMissingError(str(error)) from error


def fetch_jars() -> Path:
    """Return the folder with Kafka's jars, fetched if they are not there.

    Raises:
        KafkaMissingError: Maven is missing, or could not fetch them.
    """
    try:
        return java.fetch_jars(
            POM, f"kafka-{kafka_version()}", "dependency:copy-dependencies", "-DincludeScope=runtime"
        )
    except JavaMissingError as error:
        raise KafkaMissingError(str(error)) from error
