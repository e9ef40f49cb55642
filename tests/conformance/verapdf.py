"""veraPDF's word on PDFs: which rules of PDF/A-2a or PDF/UA-1 they break."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.java import fetch_jars, find_java, pinned_version

POM = Path(__file__).with_name("pom.xml")
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
FLAVOURS = ("2a", "ua1")
SECONDS = 120


def find_validator() -> list[str]:
    """Return the command that runs veraPDF, whose jar is fetched once.

    Raises:
        JavaMissingError: Java or Maven is missing.
    """
    jars = fetch_jars(POM, f"verapdf-{pinned_version(POM, 'verapdf.version')}", "dependency:copy")
    return [find_java(), "-Djava.awt.headless=true", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*", MAIN]


def judge(files: Sequence[Path], flavour: str) -> dict[str, list[str]]:
    """Return what each file breaks of a flavour's rules; a file in order has an empty list."""
    command = [*find_validator(), "--flavour", flavour, "--format", "xml", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    jobs = ET.fromstring(done.stdout).findall(".//job")  # noqa: S314  # from a program that we started
    told = {Path(_text(job, "item/name")).name: _broken(job) for job in jobs}
    if sorted(told) != sorted(file.name for file in files):
        raise AssertionError(f"veraPDF judged {sorted(told)}: {done.stderr[-1500:]}")
    return told


def _broken(job: ET.Element) -> list[str]:
    report = job.find("validationReport")
    if report is None:
        return [f"not judged: {' '.join(''.join(job.itertext()).split())[:300]}"]
    rules = [
        f"{rule.get('specification')} {rule.get('clause')}-{rule.get('testNumber')}: {_text(rule, 'description')}"
        for rule in report.findall(".//rule[@status='failed']")
    ]
    return rules if rules or report.get("isCompliant") == "true" else ["not compliant"]


def _text(element: ET.Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())
