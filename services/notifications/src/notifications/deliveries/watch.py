"""What is wrong with the mail server, said in one line with what to do when it begins, and once more when it is over."""

import ssl
from collections.abc import Iterator

import structlog
from aiosmtplib import SMTPNotSupported, SMTPResponseException

log = structlog.get_logger(__name__)

# Refusals of the sign-in say nothing about the mail: the settings are wrong, and are put right some time.
SIGN_IN_CODES = frozenset({530, 534, 535, 538})


class MailWatch:
    """Notes how each try to reach the mail server ended; all senders of a process share one."""

    def __init__(self, host: str, port: int) -> None:
        self._where = f"the mail server at {host}:{port}"
        self.problem = ""

    def note_away(self, error: Exception) -> None:
        """Take notice that the server could not be reached, or did not take us."""
        problem = f"{self._where} {explain(error)}"
        if problem != self.problem:
            log.error("mail_server_unusable", what=problem)
        self.problem = problem

    def note_there(self) -> None:
        if self.problem:
            log.info("mail_server_usable")
        self.problem = ""


def explain(error: Exception) -> str:
    """Return in one line what is wrong and what to do; notices wait meanwhile."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, SMTPResponseException):
            if cause.code in SIGN_IN_CODES:
                return f"refuses us ({cause.code}): mend SMTP_USERNAME and SMTP_PASSWORD; is SMTP_STARTTLS right?"
            return f"takes nobody just now ({cause.code}): its log says why"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"has no valid certificate ({cause.verify_message}): renew it, or name its authority in SMTP_CA_FILE"
        if isinstance(cause, SMTPNotSupported | ssl.SSLError):
            return "does not offer TLS or a sign-in as we ask for them: are SMTP_STARTTLS and SMTP_USERNAME right?"
        if isinstance(cause, FileNotFoundError):
            return "was not asked: there is no file SMTP_CA_FILE"
    return f"does not answer ({type(causes[-1]).__name__}): start it, or mend SMTP_HOST and SMTP_PORT"


def _causes(error: Exception) -> Iterator[Exception]:
    """Return an error and what caused it: the library wraps what the network says."""
    found: BaseException | None = error
    while isinstance(found, Exception):
        yield found
        found = found.__cause__
