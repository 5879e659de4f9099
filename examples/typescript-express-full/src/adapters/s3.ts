/** Object storage by the AWS SDK: Amazon S3, and whatever speaks its protocol. */
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { SpanKind } from '@opentelemetry/api';
import type { Config } from '../config/index.ts';
import { settings } from '../config/s3.ts';
import { before, limited, TimeoutError, within } from '../deadline.ts';
import { upload } from '../multipart.ts';
import { slots, type TakeSlot } from '../slots.ts';
import { traced } from '../telemetry.ts';
import type { Values } from '../variables.ts';
import { type Adapter, Unavailable } from './index.ts';

const CONNECT_MS = 5_000;
const CALL_MS = 10_000;
const UPLOAD_MS = 60_000;
/** A client may read slowly, but not without end. */
const DOWNLOAD_MS = 600_000;
/** Each keeps one part in memory. */
const MAX_UPLOADS = 8;
const MAX_DOWNLOADS = 64;
/** Every call can be repeated: a key is written once. */
const ATTEMPTS = 3;

/** What is kept under a key; its content can be read once, and gives its slot back when it is closed. */
export interface StoredObject {
  readonly size: number;
  readonly contentType: string;
  readonly content: Readable;
}

type Chunks = AsyncIterable<Uint8Array>;
type Settings = Values<(typeof settings)['variables']>;

/** One bucket; nothing is held in memory but the parts that are on their way. */
export class S3 implements Adapter {
  readonly name = 's3';
  readonly readiness = {
    web: 'reported',
    worker: 'reported',
    scheduler: 'reported',
  } as const;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #uploads = slots(MAX_UPLOADS);
  readonly #downloads = slots(MAX_DOWNLOADS);

  /** The client's calls reject with `Unavailable` in an outage. */
  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  /** Keeps what comes; when `content` throws, nothing is kept and its error goes on. */
  async put(key: string, content: Chunks, contentType: string): Promise<void> {
    const release = await taken(this.#uploads);
    const target = { Bucket: this.#bucket, Key: key, ContentType: contentType };
    try {
      await called('PutObject', () =>
        limited(UPLOAD_MS, (abortSignal) => {
          const timely = bounded(content, (chunk) => before(abortSignal, chunk));
          return upload(this.#client, target, timely, { abortSignal });
        }),
      );
    } finally {
      release();
    }
  }

  /** What is kept under the key; its content may fail with `Unavailable` as well. */
  async get(key: string): Promise<StoredObject | undefined> {
    const release = await taken(this.#downloads);
    try {
      const found = await called('GetObject', () => this.#get(key));
      found.content.once('close', release);
      return found;
    } catch (error) {
      release();
      if (error instanceof NoSuchKey) {
        return undefined;
      }
      throw error;
    }
  }

  async ping(abortSignal: AbortSignal): Promise<void> {
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: 'ping', MaxKeys: 1 });
    await called('ListObjects', () => this.#client.send(command, { abortSignal }));
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #get(key: string): Promise<StoredObject> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    // For the head alone: a signal that aborts later would end the content as well.
    const answer = await limited(CALL_MS, (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    );
    const body = answer.Body as Readable;
    const chunks = bounded(body, (chunk) => within(CALL_MS, chunk));
    const content = Readable.from(chunks, { objectMode: false });
    const end = setTimeout(() => content.destroy(new Unavailable('s3')), DOWNLOAD_MS).unref();
    content.once('close', () => {
      clearTimeout(end);
      body.destroy();
    });
    const contentType = answer.ContentType ?? 'application/octet-stream';
    return { size: answer.ContentLength ?? 0, contentType, content };
  }
}

export async function open(config: Config): Promise<S3> {
  const chosen = config.get(settings);
  return new S3(storage(chosen), chosen.S3_BUCKET);
}

function storage(chosen: Settings): S3Client {
  const client = new S3Client({
    ...access(chosen),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      httpAgent: { maxSockets: 2 * MAX_DOWNLOADS },
      httpsAgent: { maxSockets: 2 * MAX_DOWNLOADS },
    },
    // Not every store knows the checksums that Amazon has added.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  client.middlewareStack.add((next) => (call) => next(call).catch(failed), { step: 'initialize' });
  return client;
}

/** Without an access key the client takes what the platform gives the process. */
function access(chosen: Settings): S3ClientConfig {
  const { S3_REGION, S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = chosen;
  return {
    region: S3_REGION,
    ...(S3_ENDPOINT && { endpoint: S3_ENDPOINT.href, forcePathStyle: true }),
    ...(S3_ACCESS_KEY_ID &&
      S3_SECRET_ACCESS_KEY && {
        credentials: { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY },
      }),
  };
}

function failed(cause: Error): never {
  if (cause instanceof NoSuchKey) {
    throw cause;
  }
  throw new Unavailable('s3', cause);
}

function called<T>(operation: string, work: () => Promise<T>): Promise<T> {
  const attributes = { 'rpc.system': 'aws-api', 'rpc.method': operation };
  return traced(operation, { kind: SpanKind.CLIENT, attributes }, work);
}

async function taken(take: TakeSlot): Promise<() => void> {
  return await limited(CALL_MS, take).catch((cause) => {
    throw new Unavailable('s3', cause);
  });
}

type Chunk = IteratorResult<Uint8Array>;

/** What comes, as long as each piece comes in time. */
async function* bounded(
  content: Chunks,
  inTime: (chunk: Promise<Chunk>) => Promise<Chunk>,
): AsyncGenerator<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await inTime(chunks.next()).catch((cause) => {
        throw cause instanceof TimeoutError ? new Unavailable('s3', cause) : cause;
      });
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    // Not waited for: what is late may never come.
    chunks.return?.().catch(() => {});
  }
}
