"""A fuzzer that reads the description finds nothing."""

import os
import shutil
import sys
from pathlib import Path

from scaffold.verify import tools
from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, Late, Skipped, check

EXAMPLES = "5"
SECONDS = 40.0
BUSY_SECONDS = 110.0
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@check(
    id="api-schemathesis",
    factor="API",
    promise="A bounded run of schemathesis finds no answer that the description does not foresee",
    fix="Run `schemathesis run` against the service; it prints a curl command for each finding.",
    needs=["http:openapi"],
    long=True,
)
def schemathesis(bench: Bench) -> str:
    """Run schemathesis, where it is installed, against a process of its own."""
    beside = Path(sys.executable).with_name("schemathesis")
    tool = str(beside) if beside.is_file() else shutil.which("schemathesis")
    if tool is None:
        raise Skipped("`schemathesis` is not installed (`pip install schemathesis`)")
    host, port = bench.start().address
    url = f"http://{host}:{port}{bench.contract.http.openapi}"
    flags = (
        "--no-color",
        "--max-examples",
        EXAMPLES,
        "--phases",
        "examples,coverage,fuzzing",
        "--checks",
        CHECKS,
    )
    done = tools.long(
        (tool, "run", url, *flags),
        bench.folder(),
        SECONDS,
        env={"HOME": os.environ.get("HOME", "/")},
        at_most=BUSY_SECONDS,
    )
    if done.code is None:
        raise Late(f"it was not over after {SECONDS:g} s, nor after {BUSY_SECONDS:g} s of a busy machine")
    if done.code != 0:
        raise Failed(*done.stdout.strip().splitlines()[-30:])
    return done.stdout.strip().splitlines()[-1]
