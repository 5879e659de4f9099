/** The service as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { example, WITHOUT_SERVICES } from './environment.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface Run {
  readonly child: ChildProcess;
  /** Its exit code and the lines of its output, at its end. */
  readonly ended: Promise<{ code: number | null; lines: Record<string, unknown>[] }>;
}

export function start(args: string[], variables: Record<string, string>): Run {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...example(), ...WITHOUT_SERVICES, ...variables };
  const child = spawn(process.execPath, [MAIN, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout)]).then(([[code], output]) => ({
    code: code as number | null,
    lines: output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  }));
  return { child, ended };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** The status of an answer, or 0 where nobody listens. */
export async function status(port: number, path: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
  await answer?.text();
  return answer?.status ?? 0;
}

/** Waits until a probe has a status. */
export async function becomes(port: number, path: string, wanted: number): Promise<void> {
  while ((await status(port, path)) !== wanted) {
    await setTimeout(50);
  }
}

export async function live(port: number): Promise<void> {
  await becomes(port, '/livez', 200);
}
