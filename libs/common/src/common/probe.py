"""Asks the service of this container whether it is ready, alive or started: ``python -m common.probe [live]``.

For health checks of images that have no other program to ask with; ends with 0 or 1 and says what was answered.
"""

import http.client
import os
import sys

PATIENCE_SECONDS = 4


def ask(service: str, port: int, what: str) -> tuple[bool, str]:
    """Return whether the service's probe answered well, and what it said."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", f"/{service}/health/{what}")
        answer = connection.getresponse()
        return answer.status < 400, f"{answer.status} {answer.read(500).decode(errors='replace')}"
    except OSError as error:
        return False, f"nothing answers on port {port}: {error}"
    finally:
        connection.close()


def main() -> int:
    """Ask as the environment says: SERVICE and HTTP_PORT."""
    service, port = os.environ.get("SERVICE", ""), int(os.environ.get("HTTP_PORT", "8000"))
    if not service:
        print("SERVICE is not set: whom to ask?", file=sys.stderr)  # noqa: T201  # for whoever reads the health check
        return 1
    good, said = ask(service, port, sys.argv[1] if len(sys.argv) > 1 else "ready")
    print(said)  # noqa: T201  # kept by the container engine
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
