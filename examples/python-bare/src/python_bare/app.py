"""The web application: probes, the router of every feature, and what surrounds a request."""

from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from . import discovery, logging, openapi, probes, problems
from .about import DESCRIPTION, NAME, VERSION
from .adapters import Adapters
from .body import BodyLimit
from .config import Common, Config
from .health import Health
from .observation import Observation

OBSERVED_ELSEWHERE: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""FastAPI's own spans would say again what `Observation` says, at four times its cost."""


class Application(FastAPI):
    """FastAPI whose description tells of problems, inside what every request passes."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = openapi.describe(self)
        return self.openapi_schema


def create_app(config: Config, adapters: Adapters, health: Health) -> FastAPI:
    """Everything that the process `web` serves."""
    app = probe_app(config, adapters, health)
    for feature in discovery.features("router"):
        app.include_router(feature.router)
    for feature in discovery.features("middleware"):
        app.add_middleware(feature.Middleware)
    return app


def probe_app(config: Config, adapters: Adapters, health: Health) -> FastAPI:
    """An application with nothing but the paths that every process answers."""
    app = Application(
        title=NAME,
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers=problems.HANDLERS,
        telemetry=OBSERVED_ELSEWHERE,
    )
    app.state.config = config
    app.state.adapters = adapters
    app.state.health = health
    app.add_middleware(BodyLimit)
    common = config[Common]
    app.add_middleware(Observation, logging.access_log(common.log_level, common.log_format))
    app.include_router(probes.router)
    app.include_router(openapi.router)
    return app
