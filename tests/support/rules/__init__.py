"""The rules of the architecture as functions: a repository's root in, findings out.

Each has a mutant in tests/template/test_static_rules.py: a copy of the repository with one defect to report.
"""

from collections.abc import Callable
from pathlib import Path

from tests.support.rules import contents, copier_yml, dimensions, layout, names

Rule = Callable[[Path], list[str]]

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        contents.templates_decide_little,
        contents.configuration_carries_the_suffix,
        contents.versions_stand_in_one_file,
        contents.actions_are_pinned_by_commit,
        contents.included_facts_are_plain_yaml,
        copier_yml.nothing_asks_for_trust,
        copier_yml.validators_match_to_the_very_end,
        copier_yml.no_question_is_conditional,
        copier_yml.hidden_values_do_not_reuse_names,
        dimensions.dimensions_know_only_contracts,
        layout.layers_never_write_the_same_path,
        layout.paths_are_layers_or_names,
        layout.paths_work_on_every_system,
        layout.index_catalog_and_folders_agree,
        names.facts_stand_once,
        names.variables_are_declared_once,
        names.reserved_names_are_complete,
    )
}
