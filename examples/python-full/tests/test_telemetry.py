import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags, use_span

from python_full import telemetry


@pytest.mark.parametrize("recorded", [True, False])
def test_a_trace_that_is_not_recorded_has_no_further_spans(
    monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    monkeypatch.setattr(telemetry, "tracer", tracer)
    caller = NonRecordingSpan(SpanContext(1, 2, True, TraceFlags(recorded)))
    with use_span(caller):
        span = telemetry.start_span("GET", SpanKind.CLIENT)
    assert span.get_span_context().trace_id == 1
    assert (span.is_recording(), span is caller) == (recorded, not recorded)
