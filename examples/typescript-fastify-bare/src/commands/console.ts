/** `console`: a JavaScript shell with the service's context, in which `await` works. */
import { once } from 'node:events';
import { start } from 'node:repl';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { compileFunction } from 'node:vm';
import { NAME } from '../about.ts';
import { type Adapters, opened } from '../adapters/index.ts';
import type { Config, Environ } from '../config/index.ts';
import { configured, noArguments } from './index.ts';

const EX_SOFTWARE = 70;

export const summary = "Opens a shell with the service's context.";

export async function run(args: readonly string[], environ: Environ): Promise<number> {
  noArguments(args);
  const config = await configured(environ);
  const adapters = await opened(config);
  try {
    return await interact(config, adapters);
  } finally {
    await adapters.close();
  }
}

async function interact(config: Config, adapters: Adapters): Promise<number> {
  const named = Object.fromEntries([...adapters].map((adapter) => [adapter.name, adapter]));
  const names = { config, adapters, ...named };
  if (!process.stdin.isTTY) {
    return script(await text(process.stdin), names);
  }
  process.stdout.write(`${NAME}: ${Object.keys(names).join(', ')}; \`await\` works here\n`);
  const shell = start({ prompt: '> ' });
  Object.assign(shell.context, names);
  await once(shell, 'exit');
  return 0;
}

/** Runs what is not typed by anybody, all at once. */
async function script(source: string, names: Readonly<Record<string, unknown>>): Promise<number> {
  try {
    const parameters = Object.keys(names);
    const main = compileFunction(`return (async () => {\n${source}\n})()`, parameters);
    await main(...Object.values(names));
    return 0;
  } catch (error) {
    process.stderr.write(`${inspect(error)}\n`);
    return EX_SOFTWARE;
  }
}
