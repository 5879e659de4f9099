"""The web application: probes, the router of every feature, and what surrounds a request."""

from inspect import signature
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
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

ROUTE_PARAMETERS = signature(APIRoute).parameters


class Application(FastAPI):
    """FastAPI whose description tells of problems, inside what every request passes."""

    def add(self, router: APIRouter) -> None:
        """Makes a router's routes the application's own: one that is included looks a second time for each request's route."""
        routes = [route for route in router.routes if isinstance(route, APIRoute)]
        if len(routes) < len(router.routes):
            self.include_router(router)
            return
        for route in routes:
            arguments = {name: getattr(route, name) for name in ROUTE_PARAMETERS}
            arguments["dependency_overrides_provider"] = self
            self.router.routes.append(type(route)(**arguments))

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = openapi.describe(self)
        return self.openapi_schema


def create_app(config: Config, adapters: Adapters, health: Health) -> Application:
    """Everything that the process `web` serves."""
    app = probe_app(config, adapters, health)
    for feature in discovery.features("router"):
        app.add(feature.router)
    for feature in discovery.features("middleware"):
        app.add_middleware(feature.Middleware)
    return app


def probe_app(config: Config, adapters: Adapters, health: Health) -> Application:
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
    app.add(probes.router)
    app.add(openapi.router)
    return app
