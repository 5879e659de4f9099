"""Entry point of `scaffold` and of `python -m scaffold`."""

from scaffold.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
