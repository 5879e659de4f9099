import { pipeline } from 'node:stream/promises';
import { S3 } from '../adapters/s3.ts';
import { sendValue } from '../answer.ts';
import type { App } from '../app.ts';
import type { Context } from '../context.ts';
import { route } from '../route.ts';
import { bounded } from './body.ts';
import { createUpload, readUpload } from './operations.ts';
import { find, keep, MAX_BYTES } from './service.ts';

export function routes(app: App, { adapters }: Context): void {
  route(app, createUpload, async ({ request, headers }, response) => {
    const body = bounded(request, MAX_BYTES);
    const upload = await keep(adapters.get(S3), body, headers['content-type']);
    sendValue(response.status(201).location(`/uploads/${upload.key}`), upload);
  });

  route(app, readUpload, async ({ params }, response) => {
    const { size, contentType, content } = await find(adapters.get(S3), params.key);
    response.writeHead(200, {
      'Content-Length': size,
      'Content-Type': contentType,
      'Content-Disposition': 'attachment',
      'X-Content-Type-Options': 'nosniff',
    });
    // Where it breaks off, the connection ends: the answer is under way.
    await pipeline(content, response).catch(() => {});
  });
}
