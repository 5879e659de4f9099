"""Entry point of `scaffold` and of `python -m scaffold`."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from scaffold.cli import run  # noqa: PLC0415 Ctrl-C may come while this is read

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
