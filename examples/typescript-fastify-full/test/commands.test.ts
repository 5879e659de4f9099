import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { start } from './service.ts';

describe('a command', { concurrency: true, timeout: 60_000 }, () => {
  for (const args of [['migrate'], ['migrate', '--down'], ['seed'], ['create-admin', 'a@b']]) {
    test(`${args.join(' ')} without its database says so`, async () => {
      const { code, lines } = await start(args, {}).ended;
      assert.equal(code, 69);
      assert.match(JSON.stringify(lines), /postgres is unavailable/);
      assert.doesNotMatch(JSON.stringify(lines), /s3cret/);
    });
  }

  test('an administrator needs an address', async () => {
    assert.equal((await start(['create-admin', 'nobody'], {}).ended).code, 2);
  });
});
