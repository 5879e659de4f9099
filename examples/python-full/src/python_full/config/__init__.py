"""Configuration: environment variables, parsed once into typed, immutable sections.

Each module here offers `Settings`, the section of one part of the service. They import nothing
heavy, so that bad configuration is told of at once.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, TypeVar, cast

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core.core_schema import ValidationInfo

from .. import discovery


class Section(BaseModel):
    """Variables that one part reads: the field `log_level` is the variable `LOG_LEVEL`.

    A field that holds a secret says `Field(repr=False)`.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    @classmethod
    def variables(cls) -> list[str]:
        return [field.upper() for field in cls.model_fields]


class Common(Section):
    """What every process of this service reads."""

    port: int = Field(default=8000, ge=1, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    shutdown_grace_seconds: int = Field(default=25, ge=1, le=3600)
    shutdown_delay_seconds: int = Field(default=0, ge=0, le=3599)
    otel_exporter_otlp_endpoint: AnyHttpUrl | None = None
    traces_sampled_percent: int = Field(default=100, ge=0, le=100)
    service_revision: str = "unknown"

    @field_validator("shutdown_delay_seconds")
    @classmethod
    def _ends_before_the_grace(cls, delay: int, info: ValidationInfo) -> int:
        if delay >= info.data.get("shutdown_grace_seconds", delay + 1):
            raise ValueError("must be less than SHUTDOWN_GRACE_SECONDS")
        return delay


SectionT = TypeVar("SectionT", bound=Section)


class Fault(NamedTuple):
    variable: str
    reason: str


class ConfigError(Exception):
    """The environment cannot be used; `faults` names every variable that is to blame."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(fault.variable for fault in faults))
        self.faults = faults


class Config:
    """Every section of this service; `config[Common]` is the one of that type."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self._sections = {type(section): section for section in sections}

    def __getitem__(self, kind: type[SectionT]) -> SectionT:
        return cast("SectionT", self._sections[kind])


def sections() -> list[type[Section]]:
    """The section of every process, and those of the parts of this service."""
    return [Common, *(module.Settings for module in discovery.modules("config"))]


def load(environ: Mapping[str, str]) -> Config:
    """Parses the environment, or raises `ConfigError` with all faults. Empty means absent."""
    parsed: list[Section] = []
    faults: list[Fault] = []
    for kind in sections():
        given = {name.lower(): environ[name] for name in kind.variables() if environ.get(name)}
        try:
            parsed.append(kind.model_validate(given))
        except ValidationError as error:
            faults += [
                Fault(str(detail["loc"][0]).upper(), detail["msg"])
                for detail in error.errors(include_url=False, include_input=False)
            ]
    if faults:
        raise ConfigError(faults)
    return Config(parsed)
