import { optional, section, text, url } from '../variables.ts';

export const settings = section(
  {
    S3_BUCKET: text({
      pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      reason: 'must be the name of a bucket',
    }),
    S3_ENDPOINT: optional(url({ schemes: ['http', 'https'] })),
    S3_REGION: text({
      default: 'us-east-1',
      pattern: /^[a-z0-9-]{1,64}$/,
      reason: 'must be the name of a region',
    }),
    S3_ACCESS_KEY_ID: optional(text({ secret: true })),
    S3_SECRET_ACCESS_KEY: optional(text({ secret: true })),
  },
  ({ S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY }) =>
    (S3_ACCESS_KEY_ID === undefined) === (S3_SECRET_ACCESS_KEY === undefined)
      ? undefined
      : {
          variable: 'S3_SECRET_ACCESS_KEY',
          reason: 'must be set together with S3_ACCESS_KEY_ID',
        },
);
