import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { becomes, freePort, live, start, status } from './service.ts';

describe('the process', { concurrency: true, timeout: 60_000 }, () => {
  test('a connection that is open does not hold the end up', async () => {
    const port = await freePort();
    const { child, ended } = start(['web'], { PORT: String(port) });
    await live(port);
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const client = connect(port, '127.0.0.1');
    client.write('GET /livez HTTP/1.1\r\nHost: test\r\n\r\n');
    const [head] = await once(client, 'data');
    assert.match(String(head), /^HTTP\/1.1 200/);
    const since = performance.now();
    child.kill('SIGTERM');
    const { code, lines } = await ended;
    assert.equal(code, 0);
    assert(performance.now() - since < 9_000);
    const messages = lines.map((line) => line.message);
    assert.equal(messages.at(-1), 'Stopped');
    assert(messages.includes('Draining'));
  });

  test('it serves during the delay and a second signal ends it', async () => {
    const port = await freePort();
    const { child, ended } = start(['web'], { PORT: String(port), SHUTDOWN_DELAY_SECONDS: '20' });
    await live(port);
    child.kill('SIGTERM');
    await becomes(port, '/readyz', 503);
    assert.equal(await status(port, '/livez'), 200);
    child.kill('SIGTERM');
    assert.equal((await ended).code, 128 + 15);
  });

  test('a port that is taken ends the start', async () => {
    const taken = createServer().listen(await freePort());
    await once(taken, 'listening');
    const address = taken.address();
    assert(address && typeof address === 'object');
    const { code, lines } = await start(['web'], { PORT: String(address.port) }).ended;
    taken.close();
    assert.equal(code, 1);
    assert.equal(lines.at(-1)?.message, 'Cannot listen');
  });

  test('a refused environment is one line without its values', async () => {
    const wrong = { PORT: 's3cret-port', LOG_LEVEL: 's3cret-level' };
    const { code, lines } = await start(['console'], wrong).ended;
    assert.equal(code, 78);
    assert.equal(lines.length, 1);
    const line = JSON.stringify(lines[0]);
    assert(line.includes('PORT') && line.includes('LOG_LEVEL') && !line.includes('s3cret'));
  });

  test('what is no request, or no usual one, gets a problem', async () => {
    const port = await freePort();
    const { child, ended } = start(['web'], { PORT: String(port) });
    await live(port);
    for (const [sent, status] of [
      ['NONSENSE\r\n\r\n', 400],
      ['CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', 400],
      ['GET /no HTTP/1.1\r\nHost: test\r\nExpect: x\r\nConnection: close\r\n\r\n', 404],
      [`GET / HTTP/1.1\r\nHost: test\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
    ] as const) {
      const client = connect(port, '127.0.0.1');
      client.write(sent);
      const answer = await text(client);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(answer, /application\/problem\+json/);
    }
    child.kill('SIGTERM');
    assert.equal((await ended).code, 0);
  });
});
