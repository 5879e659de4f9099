/** Runs a process: its application on the configured port, its work, and the signals that end both. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Adapters, opened, type Process } from './adapters/index.ts';
import { settings } from './config/common.ts';
import type { Config } from './config/index.ts';
import type { Context } from './context.ts';
import { features } from './discovery.ts';
import { createHealth } from './health.ts';
import { log } from './logging.ts';
import { type Observed, type Observer, observed } from './observation.ts';
import { MEDIA_TYPE, Problem } from './problems.ts';
import { exitCode, handOver } from './signals.ts';
import { exported } from './telemetry.ts';

const HEAD_MS = 10_000;
/** Above the time that the application gives a body, so that it has the first word. */
const MESSAGE_MS = 35_000;
const KEEP_ALIVE_MS = 5000;
const MAX_HEAD_BYTES = 64 * 1024;
/** Part of the grace that is kept for closing the adapters. */
const CLOSING_SECONDS = 2;

export type CreateApp = (context: Context) => Promise<RequestListener>;

/** What a process does until `stopping` is aborted; what it has begun it finishes, or gives back at `cutOff`. */
export type Work = (
  adapters: Adapters,
  stopping: AbortSignal,
  cutOff: AbortSignal,
) => Promise<void>;

/** The work of a process that does nothing but answer. */
const serveOnly: Work = (_adapters, stopping) => aborted(stopping);

/** Serves the application of `process` and does its work until SIGTERM or SIGINT; gives the exit code. */
export async function serve(
  config: Config,
  process: Process,
  createApp: CreateApp,
  work: Work = serveOnly,
): Promise<number> {
  const telemetry = await exported(config);
  const adapters = await opened(config);
  try {
    return await run(config, process, adapters, createApp, work);
  } finally {
    await adapters.close();
    await telemetry.close();
  }
}

async function run(
  config: Config,
  process: Process,
  adapters: Adapters,
  createApp: CreateApp,
  work: Work,
): Promise<number> {
  const port = config.get(settings).PORT;
  const health = createHealth(adapters, process);
  const app = await createApp({ config, adapters, health });
  const observers = await features<Observer>('observer');
  const observation = observed(app, adapters, observers);
  const server = bounded(observation.listener);
  const sockets = connectionsOf(server);
  try {
    await listening(server, port);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ port, reason }, 'Cannot listen');
    return 1;
  }
  const shutdown = watch(config, health);
  log.info({ port, process }, 'Listening');
  const working = work(adapters, shutdown.stopping, shutdown.cutOff);
  // Work that ends by itself, or fails, ends the process.
  await Promise.race([working, aborted(shutdown.stopping)]);
  await Promise.all([
    closed(server, sockets, observation, shutdown.cutOff),
    ended(working, shutdown.cutOff),
  ]);
  log.info('Stopped');
  return 0;
}

/** A server with bounds: how long a client may take, how large a head is. */
function bounded(listener: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout: HEAD_MS,
      requestTimeout: MESSAGE_MS,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEAD_BYTES,
      requireHostHeader: false,
    },
    listener,
  );
  // What else a client may expect is not for the service to promise: it answers as usual.
  server.on('checkExpectation', listener);
  server.on('connect', refuseTunnel);
  return server.on('clientError', refuse);
}

const STATUS_OF: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers what is no request, or no whole one, unless an answer is under way, and closes the connection. */
function refuse(
  error: Error & { code?: string },
  socket: Duplex & { _httpMessage?: ServerResponse },
): void {
  if (!socket.writable || error.code === 'ECONNRESET' || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const { status, body } = new Problem(STATUS_OF[error.code ?? ''] ?? 400);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Refuses to be a proxy. */
function refuseTunnel(_request: IncomingMessage, socket: Duplex): void {
  // Node leaves such a connection to whoever listens here.
  socket.on('error', () => {});
  socket.once('finish', () => socket.destroy());
  refuse(new Error('CONNECT'), socket);
}

/** Listens on all addresses, of both families where the host has both. */
async function listening(server: Server, port: number): Promise<void> {
  server.listen(port);
  await once(server, 'listening');
}

/** The connections that are open. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Takes no more connections and waits for what is under way, until `cutOff`. */
async function closed(
  server: Server,
  sockets: ReadonlySet<Socket>,
  observation: Observed,
  cutOff: AbortSignal,
): Promise<void> {
  observation.close();
  const gone = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  // To Node a connection that has never sent anything is not idle.
  for (const socket of sockets) {
    if (socket.bytesRead === 0) {
      socket.destroy();
    }
  }
  cutOff.addEventListener('abort', async () => {
    observation.cutOff();
    await sleep((CLOSING_SECONDS * 1000) / 2);
    server.closeAllConnections();
  });
  await gone;
}

/** Waits for the work, but not for long once it is cut off. */
async function ended(working: Promise<void>, cutOff: AbortSignal): Promise<void> {
  const patience = aborted(cutOff).then(() => sleep((CLOSING_SECONDS * 1000) / 2));
  await Promise.race([working, patience]);
}

interface Shutdown {
  readonly stopping: AbortSignal;
  readonly cutOff: AbortSignal;
}

/** Unready at the first signal, stopping after the delay, gone at the second signal or the end of the grace. */
function watch(config: Config, health: { draining: boolean }): Shutdown {
  const { SHUTDOWN_DELAY_SECONDS: delay, SHUTDOWN_GRACE_SECONDS: grace } = config.get(settings);
  const drain = Math.max(grace - delay - CLOSING_SECONDS, 1);
  const stopping = new AbortController();
  const cutOff = new AbortController();
  handOver((signal) => {
    if (health.draining) {
      abort(`a second ${signal}`, exitCode(signal));
    }
    health.draining = true;
    log.info({ signal, delay_seconds: delay, grace_seconds: grace }, 'Draining');
    setTimeout(() => stopping.abort(), delay * 1000);
    setTimeout(() => cutOff.abort(), (delay + drain) * 1000).unref();
    setTimeout(abort, grace * 1000, 'the grace is over', 1).unref();
  });
  return { stopping: stopping.signal, cutOff: cutOff.signal };
}

function abort(reason: string, code: number): never {
  log.error({ reason }, 'Aborted');
  process.exit(code);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await once(signal, 'abort');
  }
}
