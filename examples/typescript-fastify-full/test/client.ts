/** An application behind a real server, for the time of a test. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import type { Adapter } from '../src/adapters/index.ts';
import { Adapters } from '../src/adapters/index.ts';
import { load } from '../src/config/index.ts';
import type { Context } from '../src/context.ts';
import { createHealth } from '../src/health.ts';
import { log } from '../src/logging.ts';
import { observed } from '../src/observation.ts';
import { example } from './environment.ts';

type Create = (context: Context) => Promise<RequestListener>;

/** Answers requests by their paths. */
export type Client = ((path: string, init?: RequestInit) => Promise<Response>) & {
  readonly port: number;
};

export async function serve(
  test: TestContext,
  create: Create,
  fakes: Adapter[] = [],
): Promise<Client> {
  log.level = 'critical';
  const adapters = new Adapters(fakes);
  const config = await load(example());
  const listener = await create({ config, adapters, health: createHealth(adapters, 'web') });
  const server = createServer(observed(listener, adapters, []).listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return Object.assign(ask, { port });
}

/** A request with a JSON body. */
export function posted(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** The problem that an answer is. */
export async function problem(response: Response): Promise<Record<string, unknown>> {
  if (response.headers.get('content-type') !== 'application/problem+json') {
    throw new Error(`not a problem: ${response.status} ${await response.text()}`);
  }
  return (await response.json()) as Record<string, unknown>;
}
