"""A pytest plugin: one closing line that names each test which was left out, and why.

With SCAFFOLD_REQUIRE_ALL=1 leaving anything out fails the run.
"""

import os
from collections import defaultdict

import pytest

REQUIRE_ALL = "SCAFFOLD_REQUIRE_ALL"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LeftOut(os.environ.get(REQUIRE_ALL) == "1"), "left-out")


class LeftOut:
    """Collects what was skipped, by reason."""

    def __init__(self, all_required: bool) -> None:
        self.all_required = all_required
        self.tests: defaultdict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.tests[reason.removeprefix("Skipped: ")].add(report.nodeid.rpartition("/")[2])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.tests and self.all_required and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.tests:
            terminalreporter.write_line(self.line(), red=self.all_required, yellow=not self.all_required)

    def line(self) -> str:
        """Each reason with the tests that it left out."""
        parts = [f"{reason} ({', '.join(sorted(tests))})" for reason, tests in sorted(self.tests.items())]
        return f"left out: {'; '.join(parts)}{f'; {REQUIRE_ALL}=1 asks for all' if self.all_required else ''}"
