"""One description of the HTTP part: every stack's full service says of itself what docs/openapi.json says."""

import json

import httpx
import pytest

from scripts import openapi
from tests.build.projects import variants

pytestmark = pytest.mark.parametrize(
    "project",
    [pytest.param(variant, id=variant.name) for variant in variants() if variant.services],
    indirect=True,
    scope="session",
)


def test_a_client_cannot_tell_which_language_answers(client: httpx.Client) -> None:
    expected = json.loads(openapi.DESCRIPTION.read_text(encoding="utf-8"))
    assert openapi.normalized(client.get("/openapi.json").json()) == expected
