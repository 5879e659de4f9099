/** Verbs of the command line: each module here is one. */
import { settings } from '../config/common.ts';
import { type Config, type Environ, load } from '../config/index.ts';
import { configure } from '../logging.ts';

/** What a module here offers. */
export interface Command {
  /** What it does, in one line. */
  readonly summary: string;
  /** Does it and gives the exit code. */
  run(args: readonly string[], environ: Environ): Promise<number>;
}

/** The command line cannot be used as it is. */
export class UsageError extends Error {}

/** The configuration of one run, whose log variables take effect from here on. */
export async function configured(environ: Environ): Promise<Config> {
  const config = await load(environ);
  const { LOG_LEVEL, LOG_FORMAT } = config.get(settings);
  configure(LOG_LEVEL, LOG_FORMAT);
  return config;
}

/** For a verb that takes none. */
export function noArguments(args: readonly string[]): void {
  if (args[0] !== undefined) {
    throw new UsageError(`unexpected argument \`${args[0]}\``);
  }
}
