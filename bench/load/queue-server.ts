import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// The least that a queue like fal's can be: a request waits, works, has ended, a step at each poll. Started by fork; told to count.

/** Polls that each request has been asked. */
const polled = new Map<string, number>();
let requests = 0;
let submitted = 0;

const JSON_HEADERS = { 'content-type': 'application/json' };
const STATES = ['{"status":"IN_QUEUE","queue_position":0}', '{"status":"IN_PROGRESS","logs":null}'];
const COMPLETED = '{"status":"COMPLETED","logs":null,"metrics":{"inference_time":0.1}}';

function serve(request: IncomingMessage, response: ServerResponse): void {
  requests++;
  if (request.method === 'GET') status(request.url ?? '', response);
  else request.resume().on('end', () => submit(response));
}

function submit(response: ServerResponse): void {
  const id = `request-${++submitted}`;
  polled.set(id, 0);
  response.writeHead(200, JSON_HEADERS).end(`{"status":"IN_QUEUE","request_id":"${id}","queue_position":0}`);
}

function status(url: string, response: ServerResponse): void {
  const id = url.split('/').at(-2) as string;
  const polls = polled.get(id) ?? 0;
  polled.set(id, polls + 1);
  const body = STATES[polls];
  if (body === undefined) polled.delete(id);
  response.writeHead(body === undefined ? 200 : 202, JSON_HEADERS).end(body ?? COMPLETED);
}

process.on('message', () => process.send?.({ requests, submitted, open: polled.size }));
process.on('disconnect', () => process.exit());

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
