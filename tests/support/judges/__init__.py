"""Every judge of a rendered project, by name.

Each has mutants in tests/judges/<judge>/<rule>/: small projects in which it must find that rule broken.
"""

from tests.support.judges import containers, manifests, pipelines, project, sources, texts, workflows
from tests.support.judges.judge import Judge

JUDGES: dict[str, Judge] = {
    judge.name: judge
    for judge in (
        *containers.JUDGES,
        *manifests.JUDGES,
        *pipelines.JUDGES,
        *project.JUDGES,
        *sources.JUDGES,
        *texts.JUDGES,
        *workflows.JUDGES,
    )
}
