/** Whose turn a tick is: every scheduler's, since nothing here could tell them apart. */
import type { Adapters } from './adapters/index.ts';

export async function turn(
  _adapters: Adapters,
  _tick: number,
  _stopping: AbortSignal,
  work: (ours: boolean) => Promise<void>,
): Promise<void> {
  await work(true);
}
