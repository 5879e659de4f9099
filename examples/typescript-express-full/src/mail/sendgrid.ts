/** Mail by SendGrid's HTTP API, version 3. */
import { Unavailable } from '../adapters/index.ts';
import { log } from '../logging.ts';
import type { Mail, Mailer } from './index.ts';

/** Answers that another attempt would get as well. */
const FINAL: ReadonlySet<number> = new Set([400, 404, 405, 413]);

export function sendGridMailer(base: URL, key: string, sender: string): Mailer {
  const url = `${base.href.replace(/\/+$/, '')}/v3/mail/send`;
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  return {
    async send(mail, signal) {
      const body = JSON.stringify(described(mail, sender));
      const { ok, status } = await posted(url, { headers, body, signal });
      if (FINAL.has(status)) {
        log.error({ mail_id: mail.id, status }, 'A mail was refused');
      } else if (!ok) {
        log.warning({ mail_id: mail.id, status }, 'A mail was not taken');
        throw new Unavailable('email');
      }
    },
    /** Says nothing: the API counts every call. */
    async ping() {},
  };
}

async function posted(url: string, request: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, { method: 'POST', redirect: 'manual', ...request });
    // A body that nobody reads would keep its connection from being used again.
    await response.body?.cancel();
    return response;
  } catch (cause) {
    throw new Unavailable('email', cause);
  }
}

function described(mail: Mail, sender: string): object {
  return {
    personalizations: [{ to: [{ email: mail.to }], custom_args: { id: mail.id } }],
    from: { email: sender },
    subject: mail.subject,
    content: [{ type: 'text/plain', value: mail.text }],
  };
}
