import json

import pytest
from environment import example

from python_gitlab import config, main


def faults(**changes: str) -> dict[str, str]:
    with pytest.raises(config.ConfigError) as caught:
        config.load(example() | changes)
    return {fault.variable: fault.reason for fault in caught.value.faults}


def test_the_example_holds_exactly_the_variables_that_the_code_reads() -> None:
    # Set by the image, or of a service that has no code here yet.
    elsewhere = {"SERVICE_REVISION"}
    read = {name for section in config.sections() for name in section.variables()}
    assert read ^ set(example()) == elsewhere


def test_the_example_is_a_working_environment() -> None:
    common = config.load(example())[config.Common]
    assert (common.port, common.log_level) == (8000, "info")


def test_an_empty_value_means_an_absent_one() -> None:
    assert config.load(example() | {"LOG_LEVEL": ""})[config.Common].log_level == "info"


def test_all_faults_are_reported_at_once() -> None:
    assert set(faults(PORT="70000", LOG_LEVEL="loud", LOG_FORMAT="xml")) == {
        "PORT",
        "LOG_LEVEL",
        "LOG_FORMAT",
    }


def test_the_delay_must_end_before_the_grace() -> None:
    reasons = faults(SHUTDOWN_GRACE_SECONDS="5", SHUTDOWN_DELAY_SECONDS="5")
    assert list(reasons) == ["SHUTDOWN_DELAY_SECONDS"]


def test_configuration_cannot_be_changed() -> None:
    common = config.load(example())[config.Common]
    with pytest.raises(ValueError, match="frozen"):
        setattr(common, "port", 1)  # noqa: B010 - the type checker refuses the plain form


def test_a_refused_environment_is_one_line_of_json_without_its_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    environ = example() | {"PORT": "s3cret-port", "LOG_LEVEL": "s3cret-level"}
    assert main.run(["console"], environ) == 78
    (line,) = capsys.readouterr().out.splitlines()
    assert {fault["variable"] for fault in json.loads(line)["faults"]} == {"PORT", "LOG_LEVEL"}
    assert "s3cret" not in line
