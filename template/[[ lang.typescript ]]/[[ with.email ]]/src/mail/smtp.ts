/** Mail by an SMTP server. */
import { createTransport, type NodemailerError, type SMTPTransportOptions } from 'nodemailer';
import { Unavailable } from '../adapters/index.ts';
import { before } from '../deadline.ts';
import { log } from '../logging.ts';
import type { Mailer } from './index.ts';

const CALL_MS = 5_000;

export function smtpMailer(url: URL, sender: string): Mailer {
  const server = createTransport(access(url));
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  return {
    async send({ to, subject, text, id }, signal) {
      const messageId = `<${id}@${domain}>`;
      const mail = { from: plain(sender), to: plain(to), subject, text, messageId };
      try {
        await server.sendMail({ ...mail, signal });
      } catch (error) {
        judge(error as NodemailerError, id);
      }
    },
    async ping(signal) {
      await before(signal, server.verify());
    },
  };
}

/** A final no, to the mail or to its recipient, is told once; anything else may turn into a yes. */
function judge(error: NodemailerError, id: string): void {
  const code = error.responseCode ?? 0;
  const [least, most] = error.command === 'RCPT TO' ? [500, 599] : [550, 559];
  if (code < least || code > most) {
    throw new Unavailable('email', error);
  }
  log.error({ mail_id: id, codes: [code] }, 'A mail was refused');
}

/** As an object, so that no part of it is taken for a name or for another address. */
function plain(address: string): { name: string; address: string } {
  return { name: '', address };
}

function access(url: URL): SMTPTransportOptions {
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    ...(user && { auth: { user, pass: decodeURIComponent(url.password) }, forceAuth: true }),
    // A password goes over an encrypted connection or not at all.
    requireTLS: user !== '' && !secure,
    connectionTimeout: CALL_MS,
    greetingTimeout: CALL_MS,
    socketTimeout: CALL_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
