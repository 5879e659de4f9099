"""An API server as a judge: what it says to objects that it is asked to take, without keeping them."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.build.stack import wait_until
from tests.support.once import once
from tests.support.tools import call, find

Facts = dict[str, Any]
GATEWAY_API = "sigs.k8s.io/gateway-api@v1.6.3"


@dataclass(frozen=True)
class ApiServer:
    """A cluster by its kubeconfig."""

    kubeconfig: Path

    def kubectl(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run kubectl with text on its standard input."""
        command = [find("kubectl") or "kubectl", "--kubeconfig", str(self.kubeconfig), *arguments]
        return subprocess.run(command, input=given, text=True, capture_output=True, check=False)

    def put(self, *objects: Facts) -> None:
        """Have the objects in the cluster."""
        result = self.kubectl("apply", "--filename", "-", given=_listed(objects))
        assert result.returncode == 0, result.stderr

    def asked(self, *objects: Facts) -> tuple[int, str]:
        """The exit code when the server is asked to take objects, and what it says, warnings included."""
        options = ("--dry-run=server", "--validate=strict", "--filename", "-")
        answer = self.kubectl("create", *options, given=_listed(objects))
        return answer.returncode, answer.stderr

    def remove_namespace(self, name: str) -> None:
        """Remove a namespace and all that is in it, without waiting."""
        self.kubectl("delete", "namespace", name, "--ignore-not-found", "--wait=false")


def _listed(objects: tuple[Facts, ...]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def install_gateway_api(server: ApiServer, folder: Path) -> None:
    """Have the Gateway API's own definitions in the cluster; Go's module proxy carries them."""

    def fetch(destination: Path) -> None:
        answer = call("go", "mod", "download", "-json", GATEWAY_API)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        module = Path(json.loads(answer.stdout)["Dir"])
        destination.mkdir()
        for path in (module / "config/crd/standard").glob("*_httproutes.yaml"):
            (destination / path.name).write_bytes(path.read_bytes())

    definitions = once(folder / "gateway-api", fetch)
    applied = server.kubectl("apply", "--server-side", "--filename", str(definitions))
    assert applied.returncode == 0, applied.stderr
    # kubectl refuses to wait for a definition that is too new to have any condition.
    established = ("wait", "--for=condition=Established", "crd/httproutes.gateway.networking.k8s.io")
    wait_until(lambda: server.kubectl(*established).returncode == 0, "the definitions of the Gateway API")
