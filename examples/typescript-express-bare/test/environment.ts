/** Environments to test with. */
import { readFileSync } from 'node:fs';

/** Where a service should be nothing listens, and what can be left out is. */
export const WITHOUT_SERVICES = {
  DATABASE_URL: 'postgresql://app:s3cret@127.0.0.1:1/app',
  AMQP_URL: 'amqp://app:s3cret@127.0.0.1:1',
  REDIS_URL: '',
  S3_ENDPOINT: 'http://127.0.0.1:1',
  SMTP_URL: '',
};

/** The variables of .env.example, as a developer's machine has them. */
export function example(): Record<string, string> {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const lines = text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm);
  return Object.fromEntries(
    [...lines].map(([, name = '', value = '']) => [name, value.replace(/^(['"])(.*)\1$/, '$2')]),
  );
}
