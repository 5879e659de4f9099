"""Environments to test with."""

import re
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / ".env.example"

WITHOUT_SERVICES = {
    "DATABASE_URL": "postgresql://app:s3cret@127.0.0.1:1/app",
    "AMQP_URL": "amqp://app:s3cret@127.0.0.1:1",
    "REDIS_URL": "",
    "S3_ENDPOINT": "http://127.0.0.1:1",
    "SMTP_URL": "",
}
"""Where a service should be nothing listens, and what can be left out is."""


def example() -> dict[str, str]:
    """The variables of .env.example, as a developer's machine has them."""
    lines = re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    return {name: value.strip("'\"") for name, value in lines}
