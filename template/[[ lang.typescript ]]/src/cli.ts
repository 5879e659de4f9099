/** The command line: a verb and its arguments. */
import { DESCRIPTION } from './about.ts';
import { Unavailable } from './adapters/index.ts';
import { type Command, UsageError } from './commands/index.ts';
import { ConfigError, type Environ } from './config/index.ts';
import { names } from './discovery.ts';
import { configure, log } from './logging.ts';
import * as signals from './signals.ts';

const EX_USAGE = 2;
const EX_UNAVAILABLE = 69;
const EX_CONFIG = 78;

/** Runs one verb and gives its exit code: 78 for bad configuration, 69 for an outage. */
export async function run(argv: readonly string[], environ: Environ): Promise<number> {
  configure();
  signals.replaceDefault();
  try {
    return await dispatched(argv, environ);
  } catch (error) {
    return exitCode(error);
  }
}

async function dispatched([verb, ...args]: readonly string[], environ: Environ): Promise<number> {
  const verbs = names('commands');
  if (verb === undefined || verb === '--help' || verb === 'help') {
    process.stdout.write(await usage(verbs));
    return verb === undefined ? EX_USAGE : 0;
  }
  if (!verbs.includes(verb)) {
    throw new UsageError(`no verb \`${verb}\`; choose from ${verbs.join(', ')}`);
  }
  return (await command(verb)).run(args, environ);
}

/** A verb's module is imported when it is asked for. */
async function command(verb: string): Promise<Command> {
  const suffix = import.meta.url.slice(-3);
  return (await import(new URL(`commands/${verb}${suffix}`, import.meta.url).href)) as Command;
}

async function usage(verbs: readonly string[]): Promise<string> {
  const commands = await Promise.all(verbs.map(command));
  const lines = verbs.map((verb, index) => `  ${verb.padEnd(14)} ${commands[index]?.summary}\n`);
  return `${DESCRIPTION}\n\n${lines.join('')}`;
}

function exitCode(error: unknown): number {
  if (error instanceof ConfigError) {
    log.error({ faults: error.faults }, 'The configuration has faults');
    return EX_CONFIG;
  }
  if (error instanceof Unavailable) {
    log.error({ reason: String(error.cause) }, error.message);
    return EX_UNAVAILABLE;
  }
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    return EX_USAGE;
  }
  log.critical({ exception: error }, 'Crashed');
  return 1;
}
