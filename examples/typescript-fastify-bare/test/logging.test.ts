import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { NAME, VERSION } from '../src/about.ts';

/** The lines that a program of these statements writes. */
function written(statements: string): string[] {
  const url = JSON.stringify(new URL('../src/logging.ts', import.meta.url).href);
  const program = `import { configure, log, logAccess, withFields } from ${url};\n${statements}`;
  const args = ['--input-type=module-typescript', '--eval', program];
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
}

test('a line has what the contract asks for', () => {
  const [line = ''] = written(`configure(); log.info({ answer: 42 }, 'Hello');`);
  const { timestamp, ...rest } = JSON.parse(line) as Record<string, unknown>;
  assert.match(String(timestamp), /^\d{4}-.*Z$/);
  const facts = { level: 'info', message: 'Hello', service: NAME, version: VERSION, answer: 42 };
  assert.deepEqual(rest, facts);
});

test('lines inside have common fields', () => {
  const [line = ''] = written(
    `configure(); withFields({ request_id: 'a' }, () => log.warning('Hello'));`,
  );
  assert.match(line, /"request_id":"a"/);
});

test('the lines of requests come among the others, and have the same form', () => {
  const lines = written(`
    configure();
    withFields({ request_id: 'a' }, () => {
      log.info({ status: 200 }, 'Request');
      logAccess({ status: 200 }, 'Request');
    });
    log.info('Between');
    logAccess({}, 'Last');
    process.exit();
  `);
  const [first, second, ...rest] = lines.map((line) => JSON.parse(line) as { timestamp: string });
  assert.deepEqual({ ...second, timestamp: '' }, { ...first, timestamp: '' });
  assert.deepEqual(
    rest.map((line) => Object.entries(line).at(-1)),
    [
      ['message', 'Between'],
      ['message', 'Last'],
    ],
  );
});

test('the level hides less severe lines', () => {
  const lines = written(`configure('error'); log.warning('hidden'); log.error('seen');`);
  assert.equal(lines.length, 1);
});

test('a warning of Node is a line', () => {
  const [line = ''] = written(`configure(); process.emitWarning('Careful');`);
  assert.match(line, /"level":"warning".*"message":"Careful"/);
});

test('a crash is one line', () => {
  const lines = written(`configure(); setTimeout(() => { throw new Error('boom'); });`);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /"level":"critical".*Error: boom/);
});

test('text is for people', () => {
  const [line = ''] = written(`configure('info', 'text'); log.info({ answer: 42 }, 'Hello');`);
  assert.match(line, /Hello answer=42$/);
});
