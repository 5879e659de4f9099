import pytest
from environment import WITHOUT_SERVICES, example

from python_gitlab import main


@pytest.mark.parametrize(
    "argv", [["migrate"], ["migrate", "--down"], ["seed"], ["create-admin", "a@b"]]
)
def test_a_command_without_its_database_says_so(
    capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert main.run(argv, example() | WITHOUT_SERVICES) == 69
    out = capsys.readouterr().out
    assert "postgres is unavailable" in out
    assert "s3cret" not in out


def test_an_administrator_needs_an_address() -> None:
    with pytest.raises(SystemExit) as ended:
        main.run(["create-admin", "nobody"], example() | WITHOUT_SERVICES)
    assert ended.value.code == 2
