import { ADDRESS } from '../mail/address.ts';
import { optional, section, text, url } from '../variables.ts';

export const settings = section({
  MAIL_FROM: text({
    pattern: new RegExp(`(?=^.{1,${ADDRESS.maxLength}}$)${ADDRESS.pattern}`),
    reason: 'must be an address such as no-reply@example.com',
  }),
  SENDGRID_API_KEY: optional(
    text({
      secret: true,
      pattern: /^[!-~]+$/,
      reason: 'must be printable ASCII without spaces',
    }),
  ),
  SENDGRID_BASE_URL: url({
    schemes: ['http', 'https'],
    default: new URL('https://api.sendgrid.com'),
  }),
  SMTP_URL: optional(url({ schemes: ['smtp', 'smtps'], secret: true })),
});
