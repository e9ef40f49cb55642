"""The command line: ``python -m installer secrets|change|token``."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from common.cli.refusals import refuse
from common.tokens import ClaimMissingError, Role, issue
from installer.certificates import expires_at
from installer.secret_folder import load, save
from installer.secret_values import Secrets
from operations.connecting import OperationFailedError
from operations.declared import AccessList, read_declared

A_DAY_OF_WORK = timedelta(hours=12)
MOST_DAYS = 366

cli = typer.Typer(help="The secrets of an OCOP Showcase installation.", add_completion=False)
Folder = Annotated[Path, typer.Option(help="folder of the secrets; keep it private and keep a copy of it")]
Database = Annotated[str, typer.Option(help="host:port of PostgreSQL, as the services see it; kept until changed")]
Kafka = Annotated[
    list[str] | None, typer.Option(help="a broker's host name, as the services see it; may be given again; kept")
]
WRONG = 2


def _take_over(kept: Secrets, database: str, kafka: list[str] | None, access: Path | None) -> None:
    """Keep what was said; what was not stays as it was said before."""
    kept.database_host = database or kept.database_host
    kept.kafka_hosts = kafka or kept.kafka_hosts
    if access is not None:
        try:
            kept.subscribe(read_declared(access, AccessList).subscribers.users)
        except (OperationFailedError, ValueError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(WRONG) from None


@cli.command("secrets")
def make_secrets(
    folder: Folder = Path("deploy/secrets"),
    database: Database = "",
    kafka: Kafka = None,
    access: Annotated[Path | None, typer.Option(help="access.yaml, whose subscribers get passwords; kept")] = None,
    smtp_username: Annotated[str, typer.Option(help="user at the mail server, where it asks for one")] = "",
    smtp_password_file: Annotated[Path | None, typer.Option(help="file with the mail server's password")] = None,
    smtp_ca_file: Annotated[Path | None, typer.Option(help="authority of its certificate, if no public one")] = None,
    evidence_key_id: Annotated[str, typer.Option(help="access key id at the S3 store of evidence papers")] = "",
    evidence_secret_file: Annotated[Path | None, typer.Option(help="file with its secret access key")] = None,
) -> None:
    """Make what is missing and write every reader's files; what is there stays."""
    kept = load(folder)
    _take_over(kept, database, kafka, access)
    kept.smtp_username = smtp_username or kept.smtp_username
    if smtp_password_file is not None:
        kept.smtp_password = smtp_password_file.read_text(encoding="utf-8").strip()
    if smtp_ca_file is not None:
        kept.smtp_authority = smtp_ca_file.read_text(encoding="utf-8")
    kept.evidence_key_id = evidence_key_id or kept.evidence_key_id
    if evidence_secret_file is not None:
        kept.evidence_secret = evidence_secret_file.read_text(encoding="utf-8").strip()
    kept.complete()
    save(folder, kept)
    typer.echo(f"{folder}: complete; the broker's certificate is good until {expires_at(kept.kafka_node):%Y-%m-%d}")


@cli.command("change")
def change_secret(
    what: Annotated[str, typer.Argument(help="signing-key, link-key, kafka-certificate, database, kafka/<user> ...")],
    folder: Folder = Path("deploy/secrets"),
    database: Database = "",
    kafka: Kafka = None,
) -> None:
    """Make one secret anew; the set-up jobs and a restart of its readers bring it into use."""
    kept = load(folder)
    _take_over(kept, database, kafka, None)
    try:
        kept.forget(what)
    except KeyError:
        typer.echo(f"{folder} has no secret {what}; it has {', '.join(sorted(kept.passwords))}", err=True)
        raise typer.Exit(WRONG) from None
    kept.complete()
    save(folder, kept)
    typer.echo(f"{folder}: {what} is new")


@cli.command("token")
def make_token(
    role: Annotated[Role, typer.Option(help="whose token")],
    subject: Annotated[str, typer.Option(help="name or id of the person or program")],
    folder: Folder = Path("deploy/secrets"),
    agency_code: Annotated[str, typer.Option(help="needed for province, reviewer: the agency")] = "",
    province_code: Annotated[str, typer.Option(help="for province: the province")] = "",
    vendor_id: Annotated[str, typer.Option(help="for vendor: the vendor, once it has applied")] = "",
    days: Annotated[int | None, typer.Option(min=1, max=MOST_DAYS, help="for a program: how long it is good")] = None,
) -> None:
    """Print a bearer token that is good for twelve hours, or for some days; it ends early only with its signing key."""
    claims = {"agency_code": agency_code, "province_code": province_code, "vendor_id": vendor_id}
    given = {name: value for name, value in claims.items() if value}
    lifetime = A_DAY_OF_WORK if days is None else timedelta(days=days)
    kept, now = load(folder), datetime.now(UTC)
    if not kept.signing_keys:
        refuse(
            f"{folder} chưa có khóa bí mật nào: hãy chạy `make secrets`, hoặc chỉ đúng --folder.",
            "there are no secrets yet: run `make secrets`, or give the right --folder.",
            WRONG,
        )
    try:
        typer.echo(issue(kept.signing_key, role=role, subject=subject, now=now, lifetime=lifetime, **given))
    except ClaimMissingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(WRONG) from None


if __name__ == "__main__":
    cli()
