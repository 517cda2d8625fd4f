import { z } from 'zod';
import { contentAnswer, detailAnswers, jsonSchema, WITH_KEY } from './schemas.js';

/** How an upload is addressed; `part` where it comes in pieces. */
export interface UploadParams {
  readonly upload: string;
  readonly part?: string;
}

const Ticket = z.object({
  upload_url: z.string().describe('PUT the bytes there, without a key. It can be used once, within an hour'),
  file_url: z.string().describe('Where the file will be'),
});
const FileUrl = z.object({ file_url: z.string().describe('Where the file is') });
const AccessUrl = z.object({ access_url: z.string().describe('Where the file is') });
const PartsTicket = z.object({ access_url: z.string().describe('Where the file will be'), uploadId: z.string() });
const PartKept = z.object({ partNumber: z.int(), etag: z.string() });

const FILE_BYTES = { description: 'The bytes of the file', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
const LIFECYCLE =
  'Header `X-Fal-Object-Lifecycle` or `X-Fal-Object-Lifecycle-Preference`: `{"expiration_duration_seconds": 60}`. `initial_acl` is not looked at.';
const STORAGE_TYPE = { type: 'object', properties: { storage_type: { type: 'string', description: '`fal-cdn-v3`, `gcs`: all are the same here' } } };

function route(summary: string, description: string, answer: z.ZodType, codes: readonly number[]) {
  return { tags: ['files'], summary, description, response: { 200: { ...jsonSchema(answer), description: summary }, ...detailAnswers(...codes) } };
}

function params(...names: readonly string[]) {
  return { type: 'object', required: names, properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
}

function initiation(body: z.ZodType, summary: string, description: string) {
  return {
    ...route(summary, `${description} ${LIFECYCLE}`, Ticket, [400, 401, 403, 413, 415, 422]),
    security: WITH_KEY,
    querystring: STORAGE_TYPE,
    body: jsonSchema(body),
  };
}

/** What the OpenAPI document says of uploads and files. */
export const describeStorage = {
  initiate: (body: z.ZodType) => initiation(body, 'Begin an upload', 'As `@fal-ai/client` uploads, and `fal-client` where its first way fails.'),
  initiateParts: (body: z.ZodType) => initiation(body, 'Begin an upload in parts', 'As `@fal-ai/client` uploads above 90 MiB.'),
  complete: (body: z.ZodType) => ({
    ...route('Put the parts together', 'After all parts are there.', FileUrl, [400, 404, 413, 415, 422]),
    params: params('upload'),
    body: jsonSchema(body),
  }),
  completeFile: (body: z.ZodType) => ({
    ...route('Put the parts together', 'After all parts are there.', AccessUrl, [400, 401, 403, 404, 413, 415, 422]),
    security: WITH_KEY,
    params: params('id', 'name', 'upload'),
    body: jsonSchema(body),
  }),
  upload: {
    ...route('Upload the bytes', 'To an address that was given out; needs no key.', FileUrl, [400, 404, 413, 429]),
    params: params('upload'),
    body: FILE_BYTES,
  },
  uploadPart: {
    ...route('Upload a part', 'Parts are numbered from 1.', PartKept, [400, 404, 413, 429]),
    params: params('upload', 'part'),
    body: FILE_BYTES,
  },
  uploadFile: {
    ...route('Upload a file', `As \`fal-client\` uploads. Header \`X-Fal-File-Name\`: its name. ${LIFECYCLE}`, AccessUrl, [400, 401, 403, 413, 429]),
    security: WITH_KEY,
    body: FILE_BYTES,
  },
  uploadFileParts: {
    ...route('Begin an upload in parts', `As \`fal-client\` uploads above 100 MiB. ${LIFECYCLE}`, PartsTicket, [400, 401, 403, 413, 429]),
    security: WITH_KEY,
  },
  uploadFilePart: {
    ...route('Upload a part', 'Parts are numbered from 1.', PartKept, [400, 401, 403, 404, 413, 429]),
    security: WITH_KEY,
    params: params('id', 'name', 'upload', 'part'),
    body: FILE_BYTES,
  },
  file: {
    tags: ['files'],
    summary: 'A file that was uploaded',
    description: 'Needs no key: the address cannot be guessed.',
    params: params('id', 'name'),
    response: {
      200: FILE_BYTES,
      206: { ...FILE_BYTES, description: 'A part of the file' },
      ...detailAnswers(404, 429),
      416: { ...contentAnswer('The range is outside the file', 'application/json') },
    },
  },
};
