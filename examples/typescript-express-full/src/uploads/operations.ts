import type { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import { operation } from '../operation.ts';

const BINARY = 'application/octet-stream';
const tags = ['uploads'];

const Key = Type.String({ pattern: '^[A-Za-z0-9_-]{32}$' });
const MEDIA_TYPE = {
  maxLength: 128,
  pattern: '^[a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]+(; ?[a-zA-Z0-9-]+=[a-zA-Z0-9._-]+)?$',
};

const Upload = Type.Object({
  key: Key,
  content_type: Type.String(MEDIA_TYPE),
  size: Type.Integer(),
});
export type Upload = Static<typeof Upload>;

export const createUpload = operation({
  method: 'POST',
  url: '/uploads',
  schema: {
    summary: 'Keeps the body, as it comes, under a new key that nobody can guess.',
    tags,
    consumes: BINARY,
    headers: Type.Object({ 'content-type': Type.String({ ...MEDIA_TYPE, default: BINARY }) }),
    response: { 201: Upload },
  },
  problems: [503],
});

export const readUpload = operation({
  method: 'GET',
  url: '/uploads/:key',
  schema: {
    summary: 'What was sent, with its type; browsers are told to save it and not to guess.',
    tags,
    produces: BINARY,
    params: Type.Object({ key: Key }),
    response: { 200: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) },
  },
  problems: [404, 503],
});
