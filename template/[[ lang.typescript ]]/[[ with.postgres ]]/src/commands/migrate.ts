import { open } from '../adapters/postgres.ts';
import type { Environ } from '../config/index.ts';
import { log } from '../logging.ts';
import { migrate, newer, takeBack } from '../migrations/index.ts';
import { configured, noArguments } from './index.ts';

export const summary = 'Brings the database schema to the newest version; --down takes one back.';

export async function run(args: readonly string[], environ: Environ): Promise<number> {
  const down = args[0] === '--down';
  noArguments(down ? args.slice(1) : args);
  const postgres = await open(await configured(environ));
  try {
    const further = await postgres.session(newer);
    if (further.length > 0) {
      if (down) {
        log.error({ migrations: further }, 'A newer release must take its own migrations back');
        return 1;
      }
      // So that the image of a former release can be started again.
      log.warning({ migrations: further }, "The schema is a newer release's and stays as it is");
      return 0;
    }
    const names = await postgres.session(down ? takeBack : migrate);
    if (down && names.length === 0) log.info('There is no migration to take back');
    log.info({ down, migrations: names }, 'The schema is as asked');
  } finally {
    await postgres.close();
  }
  return 0;
}
