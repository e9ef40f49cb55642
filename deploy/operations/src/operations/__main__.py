"""``ocop topics apply``, ``ocop access apply|revoke``: first the difference, with ``--yes`` the change."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from common.cli.serving import read_settings
from common.kafka.settings import KafkaSettings
from operations.access import add_rights, read_passwords, read_rights, read_users, revoke, rights_of, set_passwords
from operations.connecting import Administrator, OperationFailedError, connect
from operations.declared import AccessList, TopicList, read_declared
from operations.topics import apply_topics, compare_topics, read_topics

DIFFERENT = 1
FAILED = 2

cli = typer.Typer(help="The broker as declared. KAFKA_* in the environment say where it is.", add_completion=False)
topics_cli = typer.Typer(help="Topics, declared in deploy/topics.yaml.")
access_cli = typer.Typer(help="Users and rights, declared in deploy/access.yaml.")
cli.add_typer(topics_cli, name="topics")
cli.add_typer(access_cli, name="access")

Yes = Annotated[bool, typer.Option("--yes", help="make the changes instead of showing them alone")]


def _sign_in(*, yes: bool) -> Administrator:
    """Sign in; where the broker has an earlier password of ours, tell it the present one, if changes may be made."""
    settings = read_settings(KafkaSettings)
    signed_in = connect(settings)
    if signed_in.outdated and yes:
        set_passwords(signed_in.client, {settings.kafka_sasl_username: settings.read_kafka_password()})
    if signed_in.outdated:
        did = "has its new password now" if yes else "has a new password that the broker does not know; --yes tells it"
        typer.echo(f"~ user {settings.kafka_sasl_username} {did}")
    return signed_in


def _tell(lines: Sequence[str], *, changes: int, applied: bool, nothing: str = "as declared") -> None:
    for line in lines:
        typer.echo(line)
    if not changes:
        typer.echo(nothing)
    elif applied:
        typer.echo(f"{changes} changes made")
    else:
        typer.echo(f"{changes} changes; --yes makes them")
        raise typer.Exit(DIFFERENT)


@topics_cli.callback()
def _group() -> None:
    """Has ``apply`` named, though it is the one command."""


@topics_cli.command("apply")
def apply_topics_command(
    file: Annotated[Path, typer.Option(help="the declared list")] = Path("deploy/topics.yaml"),
    environment: Annotated[str | None, typer.Option(help="settings of an environment, e.g. single-node")] = None,
    yes: Yes = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """Show how the broker's topics differ from the list, and make them so. Nothing is ever deleted."""
    declared = read_declared(file, TopicList).resolve(environment)
    admin = _sign_in(yes=yes).client
    changes = compare_topics(declared, read_topics(admin))
    todo = [change for change in changes if change.can_apply]
    if yes:
        apply_topics(admin, todo)
    _tell([f"{change.name}: {change.text}" for change in changes], changes=len(todo), applied=yes)


@access_cli.command("apply")
def apply_access_command(
    passwords: Annotated[Path, typer.Option(help="folder with one file per user that holds its password")],
    file: Annotated[Path, typer.Option(help="the declared list")] = Path("deploy/access.yaml"),
    yes: Yes = False,  # noqa: FBT002  # a flag of the command line
    rotate: Annotated[bool, typer.Option("--rotate", help="set every password again")] = False,  # noqa: FBT002
) -> None:
    """Show which users and rights are missing, and add them. What is beyond the list is told and left alone."""
    declared = read_declared(file, AccessList)
    admin = _sign_in(yes=yes).client
    known = set() if rotate else read_users(admin)
    users = [user for user in declared.users if user not in known]
    wanted, there = rights_of(declared), read_rights(admin)
    missing, beyond = sorted(wanted - there), sorted(there - wanted)
    if yes:
        set_passwords(admin, read_passwords(passwords, users))
        add_rights(admin, missing)
    lines = [f"+ user {user}" for user in users] + [f"+ {right}" for right in missing]
    lines += [f"? {right}: not declared, left alone" for right in beyond]
    _tell(lines, changes=len(users) + len(missing), applied=yes)


@access_cli.command("revoke")
def revoke_access_command(
    user: Annotated[str, typer.Argument(help="who shall neither sign in nor read any more")],
    file: Annotated[Path, typer.Option(help="the declared list, from which it is gone")] = Path("deploy/access.yaml"),
    yes: Yes = False,  # noqa: FBT002  # a flag of the command line
) -> None:
    """Show a user's sign-in and rights, and take them away."""
    settings = read_settings(KafkaSettings)
    if user in read_declared(file, AccessList).users or user == settings.kafka_sasl_username:
        raise OperationFailedError(f"{user} is declared, or is who signs in here: take it out of {file} first")
    admin = _sign_in(yes=yes).client
    rights, signs_in = [right for right in read_rights(admin) if right.user == user], user in read_users(admin)
    if yes:
        revoke(admin, user, rights, signs_in=signs_in)
    lines = [f"- user {user}"] * signs_in + [f"- {right}" for right in sorted(rights)]
    _tell(lines, changes=len(lines), applied=yes, nothing=f"{user} can do nothing")


def main() -> None:
    """Run the command line; what the broker refuses is one line."""
    try:
        cli()
    except OperationFailedError as error:
        print(error, file=sys.stderr)  # noqa: T201  # for the person at the terminal
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
