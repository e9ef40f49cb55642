"""The secrets of an installation: made once, given to their readers alone, changed one by one."""

import json
import ssl
import stat
import subprocess
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from joserfc.jwk import OKPKey
from typer.testing import CliRunner

from common.tokens import Role, TokenExpiredError, TokenInvalidError, Verifier, issue
from installer.__main__ import cli
from installer.certificates import expires_at
from installer.secret_folder import load
from installer.secret_values import SERVICES

ROOT = Path(__file__).parents[2]


def run(folder: Path, *words: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--folder", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run(tmp_path / "secrets", "secrets")
    return tmp_path / "secrets"


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_nobody_else_on_the_machine_gets_into_the_folder(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_made_again_everything_stays_as_it_is(folder: Path) -> None:
    before = contents(folder)
    run(folder, "secrets")
    assert contents(folder) == before


def test_a_services_token_is_good_as_long_as_the_authority(folder: Path) -> None:
    token = (folder / "allocation/service_token").read_text()
    claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    assert datetime.fromtimestamp(claims["exp"], UTC) == expires_at(load(folder).authority)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_secrets_alone(folder: Path, service: str) -> None:
    everything = load(folder)
    given = "".join(path.read_text() for path in (folder / service).iterdir())
    own = {f"database/{service}", f"kafka/{service}"}
    foreign = {word for name, word in everything.passwords.items() if name not in own}
    assert not [word for word in foreign if word in given]
    assert everything.signing_keys[0]["d"] not in given
    assert everything.authority_key not in given


def test_one_password_is_changed_and_no_other(folder: Path) -> None:
    before = load(folder).passwords
    run(folder, "change", "kafka/reporting")
    after = load(folder).passwords
    assert {name for name in before if before[name] != after[name]} == {"kafka/reporting"}
    assert (folder / "reporting" / "kafka_sasl_password").read_text() == after["kafka/reporting"]
    assert (folder / "kafka-setup" / "reporting").read_text() == after["kafka/reporting"]


def test_tokens_of_the_key_before_are_taken_until_the_change_after(folder: Path) -> None:
    now = datetime.now(UTC)
    token = issue(load(folder).signing_key, role=Role.OPERATOR, subject="lan", now=now)
    run(folder, "change", "signing-key")
    assert Verifier((folder / "allocation" / "token_keys").read_text()).verify(token, now).subject == "lan"
    run(folder, "change", "signing-key")
    with pytest.raises(TokenInvalidError):
        Verifier((folder / "allocation" / "token_keys").read_text()).verify(token, now)


def test_a_services_token_is_good_today_and_in_years(folder: Path) -> None:
    token = (folder / "reporting" / "service_token").read_text()
    verifier = Verifier((folder / "registration" / "token_keys").read_text())
    for moment in (datetime.now(UTC), datetime.now(UTC) + timedelta(days=3000)):
        assert verifier.verify(token, moment).role is Role.SUBSCRIBER


def test_a_person_is_given_a_token_of_her_role(folder: Path) -> None:
    hers = ("--role", "province", "--subject", "binh", "--province-code", "40")
    token = run(folder, "token", *hers, "--agency-code", "na.snn")
    principal = Verifier((folder / "registration" / "token_keys").read_text()).verify(token, datetime.now(UTC))
    assert (principal.subject, principal.role, principal.province_code) == ("binh", Role.PROVINCE, "40")
    assert principal.agency_code == "na.snn"


def test_who_acts_for_an_agency_is_given_no_token_without_it(folder: Path) -> None:
    refused = CliRunner().invoke(cli, ["token", "--folder", str(folder), "--role", "reviewer", "--subject", "lan"])
    assert refused.exit_code == 2
    assert "--agency-code" in refused.stderr
    assert refused.stdout == ""


def test_a_program_is_given_a_token_for_days(folder: Path) -> None:
    verifier = Verifier((folder / "registration" / "token_keys").read_text())
    now = datetime.now(UTC)
    token = run(folder, "token", "--role", "subscriber", "--subject", "Bắc Ninh", "--days", "90")
    assert verifier.verify(token, now + timedelta(days=89)).role is Role.SUBSCRIBER
    with pytest.raises(TokenExpiredError):
        verifier.verify(token, now + timedelta(days=91))


def test_the_brokers_certificate_is_signed_by_the_authority(folder: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "kafka" / "node.pem")
    client = ssl.create_default_context(cafile=folder / "registration" / "authority.pem")
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (client.wrap_bio(back, there, server_hostname="kafka"), server.wrap_bio(there, back, server_side=True))
    done: set[int] = set()
    for _ in range(10):
        for number, end in enumerate(ends):
            try:
                end.do_handshake()
                done.add(number)
            except ssl.SSLWantReadError:
                pass
    assert done == {0, 1}


def test_a_secret_that_is_unknown_is_refused_by_name(folder: Path) -> None:
    result = CliRunner().invoke(cli, ["change", "kafka/nobody", "--folder", str(folder)])
    assert result.exit_code == 2
    assert "kafka/nobody" in result.output


def test_the_player_is_given_the_key_that_signs(folder: Path) -> None:
    key = OKPKey.import_key(json.loads((folder / "player" / "signing_key.json").read_text()))
    assert key.kid == load(folder).signing_key.kid


def test_a_change_keeps_the_hosts_that_were_said_once(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    run(folder, "secrets", "--database", "postgres-rw:5432", "--kafka", "broker.example.org")
    run(folder, "change", "kafka/reporting")
    run(folder, "change", "kafka-certificate")
    assert (folder / "reporting" / "database_url").read_text().endswith("@postgres-rw:5432/reporting")
    names = x509.load_pem_x509_certificate((folder / "kafka" / "node.pem").read_bytes()).extensions
    assert "broker.example.org" in names.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
        x509.DNSName
    )


def declare(path: Path, *subscribers: str) -> Path:
    """Write the declared list with other subscribers."""
    declared = yaml.safe_load((ROOT / "deploy/access.yaml").read_text())
    declared["subscribers"]["users"] = [*subscribers]
    path.write_text(yaml.safe_dump(declared))
    return path


def test_every_subscriber_that_is_declared_gets_a_password(folder: Path, tmp_path: Path) -> None:
    before = load(folder).passwords["kafka/subscriber"]
    run(folder, "secrets", "--access", str(declare(tmp_path / "access.yaml", "subscriber", "bac-ninh")))
    run(folder, "change", "kafka/reporting")
    words = {name: (folder / "kafka-setup" / name).read_text() for name in ("subscriber", "bac-ninh")}
    assert words["subscriber"] == before
    for name, word in words.items():
        assert (folder / "subscribers" / name / "kafka_sasl_password").read_text() == word


def test_a_subscriber_that_is_no_longer_declared_loses_its_password(folder: Path, tmp_path: Path) -> None:
    run(folder, "secrets", "--access", str(declare(tmp_path / "access.yaml", "bac-ninh")))
    assert "kafka/subscriber" not in load(folder).passwords
    assert not (folder / "kafka-setup" / "subscriber").exists()
    assert [path.name for path in (folder / "subscribers").iterdir()] == ["bac-ninh"]


@pytest.mark.parametrize("name", ["admin", "registration", "Bắc Ninh", "../kafka", "authority.pem"])
def test_a_subscriber_takes_no_name_of_ours(folder: Path, tmp_path: Path, name: str) -> None:
    before = contents(folder)
    words = ["secrets", "--folder", str(folder), "--access", str(declare(tmp_path / "access.yaml", name))]
    result = CliRunner().invoke(cli, words)
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
    assert name in result.output
    assert contents(folder) == before


def test_make_hands_the_declared_list_to_the_installer() -> None:
    done = subprocess.run(["make", "--dry-run", "secrets"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "deploy/access.yaml:/access.yaml:ro" in done.stdout
    assert "--access /access.yaml" in done.stdout


@pytest.mark.parametrize(
    ("what", "file"), [("postgres", "databases/superuser_password"), ("kafka/admin", "kafka-setup/admin")]
)
def test_set_up_is_told_the_administrators_passwords_before(folder: Path, what: str, file: str) -> None:
    words = [load(folder).passwords[what]]
    for _ in range(2):
        run(folder, "change", what)
        words = [load(folder).passwords[what], *words]
    assert (folder / file).read_text() == words[0]
    assert (folder / f"{file}.earlier").read_text().split() == words[1:]
