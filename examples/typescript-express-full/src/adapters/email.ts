/** E-mail by whichever carrier the environment selects. */
import { SpanKind } from '@opentelemetry/api';
import { settings } from '../config/email.ts';
import type { Config } from '../config/index.ts';
import { log } from '../logging.ts';
import { logMailer, type Mail, type Mailer } from '../mail/index.ts';
import { slots } from '../slots.ts';
import { traced } from '../telemetry.ts';
import { type Adapter, Unavailable } from './index.ts';

const CALL_MS = 5_000;
const MAX_CALLS = 8;

/** Sends mail. */
export class Email implements Adapter {
  readonly name = 'email';
  readonly readiness = {
    web: 'reported',
    worker: 'reported',
    scheduler: 'reported',
  } as const;
  readonly mailer: Mailer;
  readonly #calls = slots(MAX_CALLS);

  constructor(mailer: Mailer) {
    this.mailer = mailer;
  }

  /** Hands a mail over; throws `Unavailable` when another attempt makes sense. */
  async send(mail: Mail): Promise<void> {
    const signal = AbortSignal.timeout(CALL_MS);
    await traced('send mail', { kind: SpanKind.CLIENT }, async () => {
      const release = await this.#calls(signal).catch((cause) => {
        throw new Unavailable(this.name, cause);
      });
      try {
        await this.mailer.send(mail, signal);
      } finally {
        release();
      }
    });
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.mailer.ping(signal);
  }

  async close(): Promise<void> {}
}

/** SendGrid with a key, else SMTP with a URL, else the log; only what is used is imported. */
export async function open(config: Config): Promise<Email> {
  const { MAIL_FROM, SENDGRID_API_KEY, SENDGRID_BASE_URL, SMTP_URL } = config.get(settings);
  if (SENDGRID_API_KEY) {
    const { sendGridMailer } = await import('../mail/sendgrid.ts');
    return new Email(sendGridMailer(SENDGRID_BASE_URL, SENDGRID_API_KEY, MAIL_FROM));
  }
  if (SMTP_URL) {
    const { smtpMailer } = await import('../mail/smtp.ts');
    return new Email(smtpMailer(SMTP_URL, MAIL_FROM));
  }
  log.warning('Neither SENDGRID_API_KEY nor SMTP_URL is set: mail goes to the log');
  return new Email(logMailer);
}
