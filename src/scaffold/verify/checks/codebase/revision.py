"""One codebase, one revision, told by the process and its image."""

from scaffold.verify.bench import Bench
from scaffold.verify.registry import Failed, NotApplicable, check
from scaffold.verify.runners.docker import DockerRunner

LABEL = "org.opencontainers.image.revision"


def told(bench: Bench) -> dict[str, object]:
    """Ask the process what it is."""
    answer = bench.shared.get(str(bench.contract.http.version))
    document = answer.json()
    if not answer.ok or not isinstance(document, dict):
        raise Failed(f"GET {bench.contract.http.version}: {answer}")
    return document


@check(
    id="i-version",
    factor="I",
    promise="The process tells its name, version and revision",
    fix="Serve them as JSON: name, version, revision.",
    needs=["http:version"],
)
def version(bench: Bench) -> str:
    """Ask the version route."""
    document = told(bench)
    if missing := [name for name in ("name", "version", "revision") if not document.get(name)]:
        raise Failed(f"{', '.join(missing)} missing in {document}")
    if document["name"] != bench.contract.name:
        raise Failed(f"it calls itself {document['name']}, the contract {bench.contract.name}")
    return f"GET {bench.contract.http.version}: {document}"


@check(
    id="i-revision",
    factor="I",
    promise="The revision that the build set is the one that the process tells",
    fix="Pass the revision as a build argument into the image's environment, and read it from there.",
    needs=["http:version"],
)
def revision(bench: Bench) -> str:
    """Compare the revision of the build with the one that the process tells."""
    if not any(variable.set_by == "image" for variable in bench.contract.variables):
        raise NotApplicable("the contract declares no variable that the build sets")
    runner = bench.site.runner
    if isinstance(runner, DockerRunner) and not runner.built:
        raise NotApplicable("the image was built elsewhere, with an unknown revision")
    seen = told(bench).get("revision")
    if seen != bench.site.revision:
        raise Failed(f"built with {bench.site.revision}, it tells {seen}")
    return f"built with {bench.site.revision}, and it tells the same"


@check(
    id="i-image-label",
    factor="I",
    promise=f"The image's label {LABEL} is the revision that the process tells",
    fix="Set the OCI labels from the same build argument.",
    needs=["docker", "http:version"],
)
def image_label(bench: Bench) -> str:
    """Compare the image's label with the version route."""
    runner = bench.site.runner
    assert isinstance(runner, DockerRunner)  # noqa: S101 - `needs` says so
    label = runner.labels().get(LABEL)
    seen = told(bench).get("revision")
    if not label or label != seen:
        raise Failed(f"the label is {label}, the process tells {seen}")
    return f"both are {label}"
