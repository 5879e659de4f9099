/** Files that people send and fetch again, streamed both ways. */
import { randomBytes } from 'node:crypto';
import type { S3, StoredObject } from '../adapters/s3.ts';
import { Problem } from '../problems.ts';
import type { Upload } from './operations.ts';

export const MAX_BYTES = 25 * 1024 * 1024;

/** Keeps the content, as it comes, under a new key that nobody can guess. */
export async function keep(
  storage: S3,
  content: AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<Upload> {
  const key = randomBytes(24).toString('base64url');
  let size = 0;
  async function* counted() {
    for await (const chunk of content) {
      size += chunk.length;
      yield chunk;
    }
  }
  await storage.put(path(key), counted(), contentType);
  return { key, content_type: contentType, size };
}

/** What was kept under the key; throws problem 404. */
export async function find(storage: S3, key: string): Promise<StoredObject> {
  const found = await storage.get(path(key));
  if (!found) {
    throw new Problem(404, 'There is no upload with this key');
  }
  return found;
}

function path(key: string): string {
  return `uploads/${key}`;
}
