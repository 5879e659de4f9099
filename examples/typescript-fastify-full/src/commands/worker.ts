/** `worker`: works on messages until a signal ends it. */
import type { Environ } from '../config/index.ts';
import { configured, noArguments } from './index.ts';

export const summary = 'Works on messages.';

export async function run(args: readonly string[], environ: Environ): Promise<number> {
  noArguments(args);
  const config = await configured(environ);
  // Bad configuration is told of before these are loaded, which takes longest.
  const [{ serve }, { probeApp }, { work }] = await Promise.all([
    import('../server.ts'),
    import('../app.ts'),
    import('../worker.ts'),
  ]);
  return serve(config, 'worker', probeApp, work);
}
