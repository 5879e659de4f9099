import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Adapters, Unavailable } from '../src/adapters/index.ts';
import { log } from '../src/logging.ts';
import { tick, work } from '../src/schedule.ts';

const NEVER = new AbortController().signal;

beforeEach(() => {
  log.level = 'critical';
});

/** How often the one job of this schedule runs in a tick. */
async function runs(take: NonNullable<Parameters<typeof tick>[3]>['take']): Promise<number> {
  const run = mock.fn(async () => {});
  await tick(new Adapters([]), 1, NEVER, { jobs: async () => [{ run }], take });
  return run.mock.callCount();
}

test('a tick runs the jobs', async () => {
  assert.equal(await runs((_adapters, _tick, _stopping, work) => work(true)), 1);
});

test('a tick of another scheduler is left to it', async () => {
  assert.equal(await runs((_adapters, _tick, _stopping, work) => work(false)), 0);
});

test('a tick that fails is not the last', async () => {
  for (const error of [new Unavailable('postgres'), new Error('a bug')]) {
    assert.equal(await runs(() => Promise.reject(error)), 0);
  }
});

test('ticks have numbers that rise, until the schedule is told to end', async () => {
  const stopping = new AbortController();
  const numbers: number[] = [];
  const onTick = async (_adapters: Adapters, number: number) => {
    numbers.push(number);
    if (numbers.length === 3) {
      stopping.abort();
    }
  };
  await work(new Adapters([]), stopping.signal, undefined, { period: 5, onTick });
  assert.equal(new Set(numbers).size, 3);
});
