/** A bucket in a map, behind the adapter itself. */
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { S3 } from '../src/adapters/s3.ts';

interface Kept {
  readonly type: string | undefined;
  readonly content: Buffer;
}

export function memoryBucket() {
  const objects = new Map<string | undefined, Kept>();
  const unfinished = new Map<string | undefined, Kept>();

  async function send(command: object): Promise<object> {
    if (command instanceof PutObjectCommand) {
      const { Key, ContentType, Body } = command.input;
      objects.set(Key, { type: ContentType, content: Buffer.from(Body as Buffer) });
    } else if (command instanceof CreateMultipartUploadCommand) {
      const { Key, ContentType } = command.input;
      unfinished.set(Key, { type: ContentType, content: Buffer.alloc(0) });
      return { UploadId: Key };
    } else if (command instanceof UploadPartCommand) {
      const { Key, Body } = command.input;
      const { type, content } = unfinished.get(Key) ?? missing();
      unfinished.set(Key, { type, content: Buffer.concat([content, Body as Buffer]) });
    } else if (command instanceof CompleteMultipartUploadCommand) {
      objects.set(command.input.Key, unfinished.get(command.input.Key) ?? missing());
    } else if (command instanceof AbortMultipartUploadCommand) {
      unfinished.delete(command.input.Key);
    } else if (command instanceof GetObjectCommand) {
      const { type, content } = objects.get(command.input.Key) ?? missing();
      return { Body: Readable.from([content]), ContentLength: content.length, ContentType: type };
    }
    return {};
  }

  const storage = new S3({ send, destroy() {} } as unknown as S3Client, 'bucket');
  return { storage, objects, unfinished };
}

function missing(): never {
  throw new NoSuchKey({ message: 'There is no such key', $metadata: {} });
}
