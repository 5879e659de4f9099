#!/usr/bin/env python3
"""Stands in for BuildKit: Docker builds for this host's platform, and pushes where BuildKit would."""

import argparse
import json
import os
import re
import subprocess
from pathlib import Path


def docker(*arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "DOCKER_CONFIG"}
    return subprocess.run(["docker", *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["build"])
    parser.add_argument("--frontend", choices=["dockerfile.v0"], required=True)
    parser.add_argument("--local", action="append", required=True)
    parser.add_argument("--opt", action="append", required=True)
    parser.add_argument("--output", default="")
    parser.add_argument("--metadata-file")
    asked = parser.parse_args()
    assert os.environ["BUILDKITD_FLAGS"] == "--oci-worker-no-process-sandbox"
    assert [name.partition("=")[0] for name in asked.local] == ["context", "dockerfile"]
    context = asked.local[0].partition("=")[2]
    options = dict(option.split("=", 1) for option in asked.opt)
    output = dict(part.split("=", 1) for part in asked.output.split(",") if part)
    # Docker pushes by a tag only.
    tag = f"{os.environ['IMAGE']}:of-{os.environ['CI_COMMIT_SHA']}"
    revision = options["build-arg:SERVICE_REVISION"]
    build = ["build", "--quiet", "--file", f"{context}/{options['filename']}", "--target", options["target"]]
    docker(*build, "--build-arg", f"SERVICE_REVISION={revision}", "--tag", tag, context)
    if output.get("push") == "true":
        assert options["platform"] == "linux/amd64,linux/arm64"
        assert (output["name"], output["push-by-digest"]) == (os.environ["IMAGE"], "true")
        digest = re.findall(r"digest: (sha256:[0-9a-f]{64})", docker("push", tag))[0]
        Path(asked.metadata_file).write_text(json.dumps({"containerimage.digest": digest}, indent=2))
        with Path(os.environ["RECORD"]).open("a") as record:
            record.write(f"build {digest}\n")
    elif output:
        assert output["type"] == "docker"
        docker("save", "--output", output["dest"], tag)


if __name__ == "__main__":
    main()
