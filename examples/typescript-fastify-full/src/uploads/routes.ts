import { S3 } from '../adapters/s3.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { bounded } from './body.ts';
import { createUpload, readUpload } from './operations.ts';
import { find, keep, MAX_BYTES } from './service.ts';

export function routes(app: App, { adapters }: Context): void {
  app.route({
    ...createUpload,
    handler: async ({ raw, headers }, reply) => {
      const body = bounded(raw, MAX_BYTES);
      const upload = await keep(adapters.get(S3), body, headers['content-type']);
      reply.code(201).header('location', `/uploads/${upload.key}`);
      return upload;
    },
  });

  app.route({
    ...readUpload,
    handler: async ({ params }, reply) => {
      const { size, contentType, content } = await find(adapters.get(S3), params.key);
      reply.headers({
        'content-length': size,
        'content-type': contentType,
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
      });
      return reply.send(content);
    },
  });
}
