import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { open } from '../../src/adapters/email.ts';
import { load } from '../../src/config/index.ts';

interface Found {
  readonly messages: readonly { readonly MessageID: string; readonly To: unknown }[];
}

test('a mail arrives', async () => {
  const id = randomUUID();
  const email = await open(await load(process.env));
  await email.send({ to: 'ada@example.com', subject: `Tea ${id}`, text: 'Ready.', id });
  const page = new URL('http://email:8025/api/v1/search');
  page.hostname = new URL(process.env.SMTP_URL ?? '').hostname;
  page.searchParams.set('query', `subject:"Tea ${id}"`);
  const { messages } = (await (await fetch(page)).json()) as Found;
  assert.deepEqual(
    messages.map(({ To }) => To),
    [[{ Name: '', Address: 'ada@example.com' }]],
  );
  assert.match(messages[0]?.MessageID ?? '', new RegExp(`^${id}@`));
});
