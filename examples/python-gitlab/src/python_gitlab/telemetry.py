"""Traces by OpenTelemetry: nothing is recorded or sent unless an endpoint is configured."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind
from opentelemetry.util.types import Attributes

from .about import NAME, VERSION
from .config import Common, Config

FLUSH_SECONDS = 2.0

tracer = trace.get_tracer(NAME, VERSION)
"""Makes spans; without an endpoint they cost next to nothing."""


def start_span(
    name: str, kind: SpanKind, attributes: Attributes = None, parent: Context | None = None
) -> Span:
    """A span to be ended; inside a trace that is not recorded, the one that is there: nobody sees another."""
    there = trace.get_current_span(parent)
    if (origin := there.get_span_context()).is_valid and not origin.trace_flags.sampled:
        return there
    return tracer.start_span(name, parent, kind, attributes)


@contextmanager
def exported(config: Config) -> Iterator[None]:
    """Sends finished spans to the configured collector until the end of the block."""
    common = config[Common]
    if common.otel_exporter_otlp_endpoint is None:
        yield
        return
    # These imports cost more than everything else here, so that only who wants traces pays.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

    resource = Resource.create({"service.name": NAME, "service.version": VERSION})
    sampler = ParentBasedTraceIdRatio(common.traces_sampled_percent / 100)
    provider = TracerProvider(sampler, resource, shutdown_on_exit=False)
    # The exporter reads its own OTEL_* variables.
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        # A dead collector must not hold the process up, and nothing can interrupt the exporter.
        flush = threading.Thread(target=provider.shutdown, daemon=True)
        flush.start()
        flush.join(FLUSH_SECONDS)
