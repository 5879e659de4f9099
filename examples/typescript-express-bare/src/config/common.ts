import { choice, integer, optional, section, text, url } from '../variables.ts';

/** What every process of this service reads. */
export const settings = section(
  {
    PORT: integer({ default: 3000, minimum: 1, maximum: 65535 }),
    LOG_LEVEL: choice(['debug', 'info', 'warning', 'error'], { default: 'info' }),
    LOG_FORMAT: choice(['json', 'text'], { default: 'json' }),
    SHUTDOWN_GRACE_SECONDS: integer({ default: 25, minimum: 1, maximum: 3600 }),
    SHUTDOWN_DELAY_SECONDS: integer({ default: 0, minimum: 0, maximum: 3599 }),
    OTEL_EXPORTER_OTLP_ENDPOINT: optional(url({ schemes: ['http', 'https'] })),
    TRACES_SAMPLED_PERCENT: integer({ default: 100, minimum: 0, maximum: 100 }),
    SERVICE_REVISION: text({ default: 'unknown' }),
  },
  (values) =>
    values.SHUTDOWN_DELAY_SECONDS >= values.SHUTDOWN_GRACE_SECONDS
      ? { variable: 'SHUTDOWN_DELAY_SECONDS', reason: 'must be less than SHUTDOWN_GRACE_SECONDS' }
      : undefined,
);
