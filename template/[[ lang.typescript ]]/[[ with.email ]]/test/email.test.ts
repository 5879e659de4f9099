import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, type TestContext, test } from 'node:test';
import { type Email, open } from '../src/adapters/email.ts';
import { Unavailable } from '../src/adapters/index.ts';
import { ConfigError, load } from '../src/config/index.ts';
import { log } from '../src/logging.ts';
import { logMailer, type Mail } from '../src/mail/index.ts';
import { example } from './environment.ts';

const MAIL: Mail = { to: 'ada@example.com', subject: 'Hello', text: 'Hello, Ada!', id: 'm-1' };
const NONE = { SENDGRID_API_KEY: '', SMTP_URL: '' };

beforeEach(() => {
  log.level = 'critical';
});

async function opened(changes: Record<string, string> = {}): Promise<Email> {
  return open(await load({ ...example(), ...NONE, ...changes }));
}

test('without a carrier mail goes to the log', async () => {
  assert.equal((await opened()).mailer, logMailer);
});

test('a malformed variable is refused by name', async () => {
  for (const [name, value] of [
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'a@b.c\nBcc: x@y.z'],
    ['MAIL_FROM', `a@${'b'.repeat(60)}${`.${'c'.repeat(60)}`.repeat(4)}`],
    ['SMTP_URL', 'http://localhost'],
    ['SENDGRID_API_KEY', 'two words'],
    ['SENDGRID_BASE_URL', 'ftp://x'],
  ] as const) {
    const error = await load({ ...example(), [name]: value }).catch((error: unknown) => error);
    assert(error instanceof ConfigError, value);
    assert.deepEqual(
      error.faults.map(({ variable }) => variable),
      [name],
    );
  }
});

test('an SMTP server that is not there is an outage', async () => {
  const email = await opened({ SMTP_URL: 'smtp://127.0.0.1:1' });
  await assert.rejects(email.send(MAIL), Unavailable);
  await assert.rejects(email.ping(AbortSignal.timeout(1000)));
});

/** What an SMTP server gets that answers a recipient with `verdict`. */
async function smtp(t: TestContext, verdict = '250 ok') {
  const lines: string[] = [];
  const server = createSocket((socket) => {
    socket.write('220 test\r\n');
    let inData = false;
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').slice(0, -1)) {
        lines.push(line);
        inData = line === 'DATA' || (inData && line !== '.');
        const verb = line.slice(0, 4);
        const answer = { DATA: '354 go on', RCPT: verdict, QUIT: '221 bye' }[verb] ?? '250 ok';
        if (!inData || verb === 'DATA') {
          socket.write(`${answer}\r\n`);
        }
      }
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  return { email: await opened({ SMTP_URL: `smtp://127.0.0.1:${port}` }), lines };
}

test('a line break never becomes a header or a recipient', async (t) => {
  for (const change of [
    { subject: 'a\r\nBcc: x@example.com' },
    { to: 'a@example.com\r\nBcc: x@example.com' },
    { to: 'a@example.com, x@example.com' },
  ]) {
    const { email, lines } = await smtp(t);
    await email.send({ ...MAIL, ...change }).catch(() => {});
    assert.equal(
      lines.find((line) => /^(Bcc:|RCPT.*x@example)/.test(line)),
      undefined,
    );
  }
});

test('a final no of an SMTP server is told once, another is an outage', async (t) => {
  for (const verdict of ['550 nobody here', '501 no address', '521 takes no mail']) {
    const final = await smtp(t, verdict);
    await final.email.send(MAIL);
  }
  const later = await smtp(t, '451 come again');
  await assert.rejects(later.email.send(MAIL), Unavailable);
});

/** What SendGrid's API gets, by a server that answers with `status`. */
async function sendGrid(t: TestContext, status: number) {
  const asked: { request: IncomingMessage; body: string }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ request, body: await text(request) });
    response.writeHead(status, { Connection: 'close' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const base = `http://127.0.0.1:${port}`;
  const email = await opened({ SENDGRID_API_KEY: 'SG.key', SENDGRID_BASE_URL: base });
  return { email, asked };
}

test('SendGrid gets what its description asks for', async (t) => {
  const { email, asked } = await sendGrid(t, 202);
  await email.send(MAIL);
  const [{ request, body } = assert.fail()] = asked;
  assert.deepEqual([request.method, request.url], ['POST', '/v3/mail/send']);
  assert.equal(request.headers.authorization, 'Bearer SG.key');
  const { personalizations, content } = JSON.parse(body);
  assert.deepEqual(personalizations[0].to, [{ email: MAIL.to }]);
  assert.deepEqual(content, [{ type: 'text/plain', value: MAIL.text }]);
});

test('only what may change is tried again', async (t) => {
  for (const [status, again] of [
    [400, false],
    [413, false],
    [401, true],
    [429, true],
    [503, true],
  ] as const) {
    const { email } = await sendGrid(t, status);
    const outcome = await email.send(MAIL).catch((error: unknown) => error);
    assert.equal(outcome instanceof Unavailable, again, String(status));
  }
});

test('an address has no stray dot or hyphen', async () => {
  for (const name of ['.a@example.com', 'a..b@example.com', 'a.@example.com', 'a@-example.com']) {
    await assert.rejects(load({ ...example(), MAIL_FROM: name }), ConfigError, name);
  }
});
