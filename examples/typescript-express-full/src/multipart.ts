/** Uploads of any size to object storage, through one buffer each. */
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** The least that a store takes as a part, but for the last one. */
const PART_BYTES = 5 * 1024 * 1024;
const ABORT_MS = 5_000;

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
}

type Options = Readonly<{ abortSignal: AbortSignal }>;

/** Keeps what comes; when `content` throws, nothing is kept and its error goes on. */
export async function upload(
  client: S3Client,
  target: Target,
  content: AsyncIterable<Uint8Array>,
  options: Options,
): Promise<void> {
  let begun: Multipart | undefined;
  try {
    for await (const { body, isLast } of parts(content)) {
      if (isLast && !begun) {
        await client.send(new PutObjectCommand({ ...target, Body: body }), options);
        return;
      }
      begun ??= await begin(client, target, options);
      await begun.add(body);
    }
    await begun?.complete();
  } catch (error) {
    await begun?.abort();
    throw error;
  }
}

type Multipart = Awaited<ReturnType<typeof begin>>;

async function begin(client: S3Client, target: Target, options: Options) {
  const { Bucket, Key } = target;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target), options);
  const multipart = { Bucket, Key, UploadId };
  const Parts: CompletedPart[] = [];
  return {
    async add(Body: Buffer): Promise<void> {
      const PartNumber = Parts.length + 1;
      const command = new UploadPartCommand({ ...multipart, PartNumber, Body });
      const { ETag } = await client.send(command, options);
      Parts.push({ PartNumber, ETag });
    },
    async complete(): Promise<void> {
      const command = { ...multipart, MultipartUpload: { Parts } };
      await client.send(new CompleteMultipartUploadCommand(command), options);
    },
    /** In an outage the store keeps the parts; its own rules clean up then. */
    async abort(): Promise<void> {
      const abortSignal = AbortSignal.timeout(ABORT_MS);
      const command = new AbortMultipartUploadCommand(multipart);
      await client.send(command, { abortSignal }).catch(() => {});
    },
  };
}

/** The content in parts of one size, but for the last; each overwrites the one before. */
async function* parts(content: AsyncIterable<Uint8Array>) {
  const buffer = Buffer.allocUnsafeSlow(PART_BYTES);
  let filled = 0;
  for await (const chunk of content) {
    for (let rest = chunk; rest.length > 0; ) {
      if (filled === PART_BYTES) {
        yield { body: buffer, isLast: false };
        filled = 0;
      }
      const taken = rest.subarray(0, PART_BYTES - filled);
      buffer.set(taken, filled);
      filled += taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield { body: buffer.subarray(0, filled), isLast: true };
}
