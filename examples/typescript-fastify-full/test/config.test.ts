import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settings } from '../src/config/common.ts';
import { ConfigError, load, sections } from '../src/config/index.ts';
import { example } from './environment.ts';

async function faults(changes: Record<string, string>): Promise<string[]> {
  const error = await load({ ...example(), ...changes }).catch((error: unknown) => error);
  assert(error instanceof ConfigError);
  return error.faults.map((fault) => fault.variable);
}

test('the example holds exactly the variables that the code reads', async () => {
  // Set by the image, or of a service that has no code here yet.
  const elsewhere = new Set('SERVICE_REVISION'.split(' '));
  const read = (await sections()).flatMap((section) => Object.keys(section.variables));
  const difference = new Set(read).symmetricDifference(new Set(Object.keys(example())));
  assert.deepEqual(difference, elsewhere);
});

test('the example is a working environment', async () => {
  const { PORT, LOG_LEVEL } = (await load(example())).get(settings);
  assert.deepEqual([PORT, LOG_LEVEL], [3000, 'info']);
});

test('an empty value means an absent one', async () => {
  const config = await load({ ...example(), LOG_LEVEL: '' });
  assert.equal(config.get(settings).LOG_LEVEL, 'info');
});

test('all faults are reported at once', async () => {
  const wrong = { PORT: '70000', LOG_LEVEL: 'loud', LOG_FORMAT: 'xml' };
  assert.deepEqual(await faults(wrong), Object.keys(wrong));
});

test('the delay must end before the grace', async () => {
  const wrong = { SHUTDOWN_GRACE_SECONDS: '5', SHUTDOWN_DELAY_SECONDS: '5' };
  assert.deepEqual(await faults(wrong), ['SHUTDOWN_DELAY_SECONDS']);
  const worse = { ...wrong, PORT: '70000' };
  assert.deepEqual(await faults(worse), ['PORT', 'SHUTDOWN_DELAY_SECONDS']);
  assert.deepEqual(await faults({ ...wrong, SHUTDOWN_GRACE_SECONDS: 'x' }), [
    'SHUTDOWN_GRACE_SECONDS',
  ]);
});

test('an address must be decodable', async () => {
  for (const user of ['%', '%zz', '%ff']) {
    const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${user}@localhost` };
    assert.deepEqual(await faults(wrong), Object.keys(wrong), user);
  }
});

test('configuration cannot be changed', async () => {
  const common = (await load(example())).get(settings);
  assert.throws(() => Object.assign(common, { PORT: 1 }), TypeError);
});
