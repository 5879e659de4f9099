/** Answers as they are: Express would look for a better type, and turn some into 304 unasked. */
import type { Response } from 'express';

export function sendValue(response: Response, value: unknown): void {
  sendJson(response, JSON.stringify(value));
}

/** Sends what is JSON already. */
export function sendJson(response: Response, json: string): void {
  send(response, 'application/json', json);
}

export function send(response: Response, type: string, body: string): void {
  response.writeHead(response.statusCode, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
