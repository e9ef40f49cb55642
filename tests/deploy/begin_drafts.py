"""``begin_drafts.py URL EDITION TOLD...`` begins a draft for each TOLD, by a browser's requests, and prints the answers' codes.

TOLD is what the caller says of itself in ``X-Forwarded-For``; nothing where it is empty. The standard library alone: any
container with a Python can be the caller.
"""

import json
import sys
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4


def begin(host: str, edition: str, told: str) -> int:
    """Begin a draft; return the answer's code."""
    connection = HTTPConnection(host, timeout=30)
    connection.request("GET", f"/registration/editions/{edition}/self-registration")
    with connection.getresponse() as led:
        form = urlsplit(led.headers["Location"])
    typed = {"version": "", "save_key": str(uuid4()), "contact.email": f"{uuid4()}@example.com"}
    body = urlencode({**typed, "token": parse_qs(form.query)["token"][0]})
    headers = {"Content-Type": "application/x-www-form-urlencoded", **({"X-Forwarded-For": told} if told else {})}
    connection.request("POST", form.path, body, headers)
    with connection.getresponse() as answer:
        code = answer.status
    connection.close()
    return code


def main(url: str, edition: str, *told: str) -> None:
    """Begin them one after the other."""
    host = urlsplit(url).netloc
    sys.stdout.write(json.dumps([begin(host, edition, each) for each in told]))


if __name__ == "__main__":
    main(*sys.argv[1:])
