/** Mail, and whoever carries it: SendGrid, an SMTP server, or the log. */
import { log } from '../logging.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for every attempt to send this mail, so that whoever gets it twice can tell. */
  readonly id: string;
}

/** Carries mail, as long as `signal` does not abort. */
export interface Mailer {
  /** Hands a mail over; throws `Unavailable` when another attempt makes sense, else logs why not. */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
  ping(signal: AbortSignal): Promise<void>;
}

/** Writes mail to the log, for people who look for it there. */
export const logMailer: Mailer = {
  async send({ to, subject, text, id }) {
    log.info({ to, subject, text, mail_id: id }, 'Mail');
  },
  async ping() {},
};
