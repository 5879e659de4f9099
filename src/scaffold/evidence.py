"""What the files of a service that nobody generated tell about it: a guess at each answer."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scaffold import catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from scaffold.catalog import Catalog

LARGEST = 1024 * 1024
LONGEST_LINE = 160
# Manifest of a package manager -> languages that it may stand for, the likelier one first.
MANIFESTS = {
    "pyproject.toml": ("python",),
    "requirements.txt": ("python",),
    "setup.py": ("python",),
    "package.json": ("typescript", "javascript"),
    "go.mod": ("go",),
    "pom.xml": ("java", "kotlin"),
    "build.gradle.kts": ("kotlin", "java"),
    "build.gradle": ("java", "kotlin"),
}
COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
SPOKEN_OF = (*MANIFESTS, *COMPOSE, ".env.example")
# Words in a manifest or a compose file that speak for a service, besides its image and its variable.
WORDS = {
    "postgres": ("psycopg", "asyncpg", "pgx", "postgresql", "pg"),
    "redis": ("ioredis", "valkey", "jedis", "lettuce", "go-redis"),
    "rabbitmq": ("pika", "aio-pika", "amqplib", "amqp091-go", "amqp"),
    "s3": ("boto3", "aioboto3", "client-s3", "aws-sdk-s3", "minio"),
    "email": ("sendgrid", "nodemailer", "aiosmtplib", "mailpit", "spring-boot-starter-mail"),
    "scheduler": ("apscheduler", "node-cron", "robfig", "quartz"),
}
TARGETS = {"kubernetes": ("deploy", "k8s", "kubernetes", "kustomization.yaml", "Chart.yaml", "charts")}
PROVIDERS = {"github": (".github/workflows",), "gitlab": (".gitlab-ci.yml",)}
OWNERS = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
OWNER = re.compile(r"^[^#\s]\S*\s.*?@([A-Za-z0-9-]+(?:/[A-Za-z0-9-]+)?)(?=\s|$)", re.MULTILINE)
NAMED = {
    "go.mod": re.compile(r"^module\s+(?:[^/\s]+/)*?([^/\s]+?)(?:/v\d+)?[ \t]*$", re.MULTILINE),
    "pom.xml": re.compile(r"\A(?:.*</parent>)?.*?<artifactId>([^<]+)<", re.DOTALL),
}
NAME = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")


@dataclass(frozen=True)
class Guess:
    """An answer, and the file that speaks for it."""

    value: Any
    source: str


def guess(project: Path, offered: Catalog) -> Mapping[str, Guess]:
    """Answers that the files in `project` suggest, as far as `offered` has such choices."""
    spoken = {name: text for name in SPOKEN_OF if (text := _text(project / name)) is not None}
    found = {
        "project_name": _name(project, spoken),
        "description": _description(spoken),
        "owner": _owner(project),
        "stack": _stack(spoken, offered),
        "services": _services(spoken, offered),
        "target": _presence(project, TARGETS, offered.targets),
        "ci": _presence(project, PROVIDERS, offered.ci),
        "sample": Guess("none", "an existing service brings its own code")
        if "none" in offered.samples
        else None,
    }
    return {key: value for key, value in found.items() if value}


def load(root: Path) -> Catalog | None:
    """The catalog of the template at `root`; None if it has none, so that nothing can be guessed."""
    return catalog.load(root) if (root / "catalog/index.yml").is_file() else None


def _text(path: Path) -> str | None:
    """Text of a file of moderate size; None for anything else."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
        return None
    return path.read_text(encoding="utf-8", errors="replace")


def _facts(spoken: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name, description and the like from manifests that have them, with the manifest's name."""
    for name, read in (("pyproject.toml", tomllib.loads), ("package.json", json.loads)):
        try:
            data = read(spoken.get(name, ""))
        except ValueError:
            continue
        facts = data.get("project", {}) if name == "pyproject.toml" and isinstance(data, dict) else data
        if isinstance(facts, dict):
            yield name, facts


def _name(project: Path, spoken: Mapping[str, str]) -> Guess | None:
    named = [(str(facts["name"]), source) for source, facts in _facts(spoken) if "name" in facts]
    for source, pattern in NAMED.items():
        if match := pattern.search(spoken.get(source, "")):
            named.append((match[1], source))
    for name, source in (*named, (project.resolve().name, "the folder's name")):
        plain = re.sub(r"[^a-z0-9]+", "-", name.rpartition("/")[2].lower()).strip("-")
        if NAME.fullmatch(plain):
            return Guess(plain, source)
    return None


def _description(spoken: Mapping[str, str]) -> Guess | None:
    for source, facts in _facts(spoken):
        text = " ".join(str(facts.get("description") or "").split())
        if text and len(text) <= LONGEST_LINE and text.isprintable():
            return Guess(text, source)
    return None


def _owner(project: Path) -> Guess | None:
    for source in OWNERS:
        if match := OWNER.search(_text(project / source) or ""):
            return Guess(match[1].lower(), source)
    return None


def _stack(spoken: Mapping[str, str], offered: Catalog) -> Guess | None:
    for manifest, languages in MANIFESTS.items():
        if manifest not in spoken:
            continue
        ids = [id_ for language in _likely(spoken[manifest], languages) for id_ in _stacks(offered, language)]
        named = [id_ for id_ in ids if _speaks(spoken[manifest], [offered.stacks[id_].framework])]
        if ids:
            return Guess((named or ids)[0], manifest)
    return None


def _likely(text: str, languages: Sequence[str]) -> list[str]:
    """`languages`, those that `text` names first."""
    return sorted(languages, key=lambda language: language not in text)


def _stacks(offered: Catalog, language: str) -> list[str]:
    return [id_ for id_, stack in offered.stacks.items() if stack.language == language]


def _services(spoken: Mapping[str, str], offered: Catalog) -> Guess | None:
    sources: dict[str, str] = {}
    for id_, service in offered.services.items():
        facts = (service.image or "").rpartition("/")[2], service.variable or ""
        words = (*facts, *WORDS.get(id_, ()))
        source = next((name for name, text in spoken.items() if _speaks(text, words)), None)
        if source:
            sources[id_] = source
    return Guess(list(sources), ", ".join(sorted(set(sources.values())))) if sources else None


def _speaks(text: str, words: Sequence[str]) -> bool:
    """Whether one of `words` stands in `text`, not as a part of a longer word."""
    listed = "|".join(re.escape(word) for word in words if word)
    return re.search(rf"(?<![\w-])(?:{listed})(?![\w])", text, re.IGNORECASE) is not None


def _presence(project: Path, signs: Mapping[str, Sequence[str]], choices: Mapping[str, Any]) -> Guess | None:
    for id_, paths in signs.items():
        there = next((path for path in paths if (project / path).exists()), None)
        if there and id_ in choices:
            return Guess(id_, there)
    return Guess("none", "no sign of one") if "none" in choices else None
