/** What whoever runs the service asks it: liveness, readiness, metrics, version and its description. */
import { Type } from 'typebox';
import { NAME, VERSION } from './about.ts';
import { settings } from './config/common.ts';
import type { Context } from './context.ts';
import { operation } from './operation.ts';
import { unavailable } from './problems.ts';

const tags = ['operations'];

export const readLiveness = operation({
  method: 'GET',
  url: '/livez',
  schema: {
    summary: 'The process can answer; nothing else is looked at.',
    tags,
    response: {
      200: Type.Object({ status: Type.Optional(Type.Literal('live', { default: 'live' })) }),
    },
  },
});

export const readReadiness = operation({
  method: 'GET',
  url: '/readyz',
  schema: {
    summary: 'Whether requests should come here, with the state of every backing service.',
    tags,
    response: {
      200: Type.Object({
        status: Type.Optional(Type.Literal('ready', { default: 'ready' })),
        checks: Type.Record(Type.String(), Type.Enum(['ok', 'degraded', 'down'])),
      }),
    },
  },
  problems: [503],
});

export const readMetrics = operation({
  method: 'GET',
  url: '/metrics',
  schema: {
    summary: 'Prometheus metrics.',
    tags,
    produces: 'text/plain',
    response: { 200: Type.String() },
  },
});

export const readVersion = operation({
  method: 'GET',
  url: '/version',
  schema: {
    summary: 'What is running.',
    tags,
    response: {
      200: Type.Object({ name: Type.String(), version: Type.String(), revision: Type.String() }),
    },
  },
});

export const readDescription = operation({
  method: 'GET',
  url: '/openapi.json',
  schema: {
    summary: 'This description.',
    tags,
    response: { 200: Type.Object({}, { additionalProperties: true }) },
  },
});

export const operations = [readLiveness, readReadiness, readMetrics, readVersion, readDescription];

export async function readiness({ health }: Context) {
  const { ready, checks } = await health.report();
  if (ready) {
    return { status: 'ready' as const, checks };
  }
  const down = Object.keys(checks).filter((name) => checks[name] === 'down');
  const reason = health.draining ? 'draining' : `unavailable: ${down.join(', ')}`;
  throw unavailable(reason, { checks });
}

export function version({ config }: Context) {
  return { name: NAME, version: VERSION, revision: config.get(settings).SERVICE_REVISION };
}
