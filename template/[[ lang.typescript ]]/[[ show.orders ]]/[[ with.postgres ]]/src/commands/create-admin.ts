import { opened } from '../adapters/index.ts';
import { Postgres } from '../adapters/postgres.ts';
import type { Environ } from '../config/index.ts';
import { log } from '../logging.ts';
import { makeAdmin } from '../users/repository.ts';
import { configured, noArguments, UsageError } from './index.ts';

export const summary = 'Adds an administrator or makes an existing user one.';

const EMAIL = /^[^@\s]{1,64}@[^@\s]{1,189}$/;

export async function run(args: readonly string[], environ: Environ): Promise<number> {
  const [email = '', ...more] = args;
  noArguments(more);
  if (!EMAIL.test(email)) throw new UsageError('EMAIL must be an e-mail address');
  const adapters = await opened(await configured(environ));
  try {
    const id = await makeAdmin(adapters.get(Postgres), email.toLowerCase());
    log.info({ user_id: id }, 'The user is an administrator');
  } finally {
    await adapters.close();
  }
  return 0;
}
