/** Traces by OpenTelemetry: nothing is recorded or sent unless an endpoint is configured. */
import {
  type Context,
  context,
  defaultTextMapGetter,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { NAME, VERSION } from './about.ts';
import { settings } from './config/common.ts';
import type { Config } from './config/index.ts';

const FLUSH_MS = 2000;

/** Makes spans; without an endpoint they cost next to nothing. */
export const tracer = trace.getTracer(NAME, VERSION);

/** Reads and writes `traceparent`. */
export const propagator = new W3CTraceContextPropagator();

/** Reads headers of any kind of mapping. */
export const getter = defaultTextMapGetter;

/** Does the work inside a span, which ends with it and tells of its failure. */
export async function traced<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
  parent: Context = context.active(),
): Promise<Result> {
  return tracer.startActiveSpan(name, options, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Sends finished spans to the configured collector until it is closed. */
export async function exported(config: Config): Promise<{ close(): Promise<void> }> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, TRACES_SAMPLED_PERCENT } = config.get(settings);
  if (!OTEL_EXPORTER_OTLP_ENDPOINT) {
    return { close: async () => {} };
  }
  // This import costs more than everything else here, so that only who wants traces pays.
  const { start } = await import('./tracing.ts');
  const shutdown = start(TRACES_SAMPLED_PERCENT);
  return {
    // A dead collector must not hold the process up.
    close: () => Promise.race([shutdown(), after(FLUSH_MS)]),
  };
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
