"""The overlay `small-scanner` on a real cluster, in a namespace of the tests' own, reached through a port-forward."""

import json
import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import yaml
from joserfc.jwk import OKPKey
from tests.brokers.images import image_of
from tests.deploy.manifests import KUBERNETES
from tests.harness import ACTED_FOR
from tests.registration.evidence.files import EICAR

from common.tokens import Role, issue
from launcher.ports import free_port

NAMESPACE = "ocop-test"
SECRETS = KUBERNETES.parent / "secrets"
NAME = "app.kubernetes.io/name"
PATIENCE_SECONDS = 60
LIFETIME = timedelta(hours=1)
# Names in the overlay, and whose image in compose each is.
IMAGES = {
    "ocop-showcase": "registration",
    "apache/kafka": "kafka",
    "postgres": "postgres",
    "nginx": "proxy",
    "clamav/clamav": "clamav",
}
# ClamAV's mirror is not asked: its only signature is that of the file which all scanners take for a test.
SIGNATURES = {
    "eicar.ndb": f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n",
    "freshclam.conf": """DatabaseMirror database.clamav.net
ExcludeDatabase main
ExcludeDatabase daily
ExcludeDatabase bytecode
DatabaseCustomURL file:///etc/ocop/clamav/eicar.ndb
DatabaseDirectory /var/lib/clamav
""",
}


def kubectl(*words: str) -> str:
    done = subprocess.run(["kubectl", "--namespace", NAMESPACE, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


class Small:
    """The installed system; its overlay is written into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._url = f"http://127.0.0.1:{free_port()}"
        self._forward: subprocess.Popen[bytes] | None = None
        key = json.loads((SECRETS / "player/signing_key.json").read_text())
        self._key = OKPKey.import_key(key)

    def install(self) -> None:
        """Bring it into the cluster as docs/operate/install.md says."""
        for name, text in {**SIGNATURES, "kustomization.yaml": yaml.safe_dump(self._overlay())}.items():
            (self._folder / name).write_text(text)
        words = [str(KUBERNETES / "apply.sh"), str(self._folder), str(SECRETS)]
        environment = {**os.environ, "NAMESPACE": NAMESPACE}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"[-3000:]
        self._reach()

    def remove(self) -> None:
        self._let_go()
        kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false")
        kubectl("delete", "pods", "--all", "--grace-period=1")  # none comes after them any more
        kubectl("wait", f"namespace/{NAMESPACE}", "--for=delete", "--timeout=120s")

    def roll_out(self, service: str) -> None:
        """Put a new pod in the place of a service's pod, as an upgrade does."""
        kubectl("rollout", "restart", f"deployment/{service}")
        kubectl("rollout", "status", f"deployment/{service}", "--timeout=300s")

    def delete_pods(self) -> None:
        """Take every pod away at once, as a node does that starts again; wait until others are in their places."""
        kubectl("delete", "pods", "--all", "--grace-period=1")
        for one in kubectl("get", "statefulset,deployment", "--output=name").split():
            kubectl("rollout", "status", one, "--timeout=300s")
        self._reach()

    def pods(self, service: str) -> set[str]:
        return set(kubectl("get", "pods", f"--selector={NAME}={service}", "--output=name").split())

    def client(self, role: Role | None = None, **claims: Any) -> httpx.AsyncClient:
        """Return a client with a token of the role; each POST gets an Idempotency-Key."""
        client = httpx.AsyncClient(base_url=self._url, timeout=30, event_hooks={"request": [_add_key]})
        if role is not None:
            texts = {name: str(value) for name, value in (ACTED_FOR.get(role, {}) | claims).items()}
            token = issue(self._key, role=role, subject="a test", now=datetime.now(UTC), lifetime=LIFETIME, **texts)
            client.headers["Authorization"] = f"Bearer {token}"
        return client

    def _overlay(self) -> dict[str, Any]:
        """Return the overlay in our namespace, with the images that compose is given and signatures of our own."""
        images = [(name, *image_of(service).rsplit(":", 1)) for name, service in IMAGES.items()]
        return {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": NAMESPACE,
            "resources": [os.path.relpath(KUBERNETES / "overlays/small-scanner", self._folder.resolve())],
            "configMapGenerator": [{"name": "clamav", "behavior": "merge", "files": sorted(SIGNATURES)}],
            "images": [{"name": name, "newName": new, "newTag": tag} for name, new, tag in images],
        }

    def _reach(self) -> None:
        """Lead our address to the proxy that is there now, and wait until registration answers through it."""
        self._let_go()
        port = self._url.rsplit(":", 1)[1]
        words = ["kubectl", "--namespace", NAMESPACE, "port-forward", "service/proxy", f"{port}:8020"]
        self._forward = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, "nothing answers through the proxy"
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self._url}/registration/health/ready", timeout=5).is_success
        except httpx.TransportError:
            return False

    def _let_go(self) -> None:
        if self._forward is not None:
            self._forward.terminate()
            self._forward.wait()


async def _add_key(request: httpx.Request) -> None:
    if request.method == "POST":
        request.headers["Idempotency-Key"] = str(uuid4())
