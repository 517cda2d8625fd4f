import type { FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify';
import { z } from 'zod';
import { lockedAccount, plainProblem } from '../../protocol/problem.js';
import { isExpiredFile, newFileId, wantedLifetimeUs } from '../storage/file-ids.js';
import { contentDisposition, safeContentType, safeFileName } from '../storage/file-names.js';
import { UploadPlaces } from '../storage/upload-places.js';
import { type PartName, type Upload, type UploadProblem, Uploads } from '../storage/uploads.js';
import type { StoredFile } from '../store/ledger.js';
import type { Caller } from '../world/keys.js';
import { byteRange } from './byte-range.js';
import type { HttpContext } from './context.js';
import { sendBytes } from './file-stream.js';
import { FilesBeingSent } from './files-being-sent.js';
import { speedUp } from './speed-up.js';
import { describeStorage as about, type UploadParams } from './storage-schemas.js';
import { WireError } from './wire-error.js';

/** What a token for uploads is for, in the words of the key ring. No app can be called so: ids hold no colon. */
export const STORAGE_APP = 'storage:';

const InitiateBody = z.object({ content_type: z.string().optional(), file_name: z.string().optional() });
const PartNames = z.object({ parts: z.array(z.object({ partNumber: z.int(), etag: z.string() })).max(10_000) });

/** Uploads, by the protocols of both SDKs, and the files that they become. */
export async function storageRoutes(app: FastifyInstance, context: HttpContext): Promise<void> {
  const storage = new Storage(context);
  app.post('/rest/storage/upload/initiate', { schema: about.initiate(InitiateBody) }, (request) => storage.initiate(request, 'whole'));
  app.post('/rest/storage/upload/initiate-multipart', { schema: about.initiateParts(InitiateBody) }, (request) => storage.initiate(request, 'parts'));
  app.post('/cdn/uploads/:upload/complete', { schema: about.complete(PartNames) }, (request) => storage.complete(request));
  app.post('/cdn/files/:id/:name/multipart/:upload/complete', { schema: about.completeFile(PartNames) }, (request) => storage.completeOwn(request));
  app.get('/cdn/files/:id/:name', { schema: about.file, exposeHeadRoute: true }, (request, reply) => storage.send(request, reply));
  await app.register((raw) => rawRoutes(raw, storage, context.settings.limits.uploadBytes));
}

/** Here a body is bytes, whatever its type says: a JSON file too. */
async function rawRoutes(app: FastifyInstance, storage: Storage, bodyLimit: number): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, bytes, done) => done(null, bytes));
  // The type that a caller names is that of its file; it says nothing about how the body is to be checked.
  const options = { bodyLimit, validatorCompiler: () => () => true };
  const preParsing: preParsingHookHandler = (request, reply, payload, done) => {
    storage.makeRoom(request, reply);
    done(null, payload);
  };
  const byAddress = { ...options, onRequest: storage.checkAddress, preParsing };
  const byKey = { ...options, onRequest: storage.checkCaller, preParsing };
  app.put('/cdn/uploads/:upload', { ...byAddress, schema: about.upload }, (request) => storage.keepWhole(request));
  app.put('/cdn/uploads/:upload/:part', { ...byAddress, schema: about.uploadPart }, (request, reply) => storage.keepPart(request, reply));
  app.post('/cdn/files/upload', { ...byKey, schema: about.uploadFile }, (request) => storage.keepFile(request));
  app.post('/cdn/files/upload/multipart', { ...byKey, schema: about.uploadFileParts }, (request) => storage.openParts(request));
  app.put('/cdn/files/:id/:name/multipart/:upload/:part', { ...byKey, schema: about.uploadFilePart }, (request, reply) => storage.keepPart(request, reply));
}

class Storage {
  readonly #uploads: Uploads;
  readonly #places: UploadPlaces;
  readonly #sending: FilesBeingSent<StoredFile>;

  constructor(private readonly context: HttpContext) {
    const { uploadBytes } = context.settings.limits;
    this.#uploads = new Uploads(context.world.clock, uploadBytes, speedUp(context.world));
    this.#places = new UploadPlaces(uploadBytes);
    this.#sending = new FilesBeingSent(2 * uploadBytes);
  }

  /** Before a body is read: its address must be one that was given out. */
  readonly checkAddress = async (request: FastifyRequest): Promise<void> => {
    const { upload, part } = request.params as UploadParams;
    this.#find(upload, part === undefined ? 'whole' : 'parts');
  };

  /** Before a body is read: a key, or a token for uploads. */
  readonly checkCaller = async (request: FastifyRequest): Promise<void> => {
    const { upload } = request.params as Partial<UploadParams>;
    const caller = this.#caller(request);
    if (upload !== undefined) this.#findOwn(upload, caller);
  };

  /** Bodies are held in memory until they are whole: only so many bytes at once. */
  makeRoom(request: FastifyRequest, reply: FastifyReply): void {
    const bytes = this.#places.take(request.headers['content-length']);
    if (bytes === undefined) throw problem('busy');
    reply.raw.once('close', () => this.#places.giveBack(bytes));
  }

  initiate(request: FastifyRequest, kind: Upload['kind']): { readonly upload_url: string; readonly file_url: string } {
    const { account } = this.#caller(request);
    const { content_type: contentType, file_name: name } = request.body as z.infer<typeof InitiateBody>;
    const upload = this.#uploads.open({ account, name, contentType, kind, lifetimeUs: wantedLifetimeUs(request.headers) });
    return { upload_url: `${this.context.publicUrl(request)}/cdn/uploads/${upload.id}`, file_url: this.#addressOf(request, upload) };
  }

  openParts(request: FastifyRequest): { readonly access_url: string; readonly uploadId: string } {
    const { account } = this.#caller(request);
    const contentType = request.headers['content-type'];
    const upload = this.#uploads.open({ account, name: fileNameOf(request), contentType, kind: 'parts', lifetimeUs: wantedLifetimeUs(request.headers) });
    return { access_url: this.#addressOf(request, upload), uploadId: upload.id };
  }

  async keepWhole(request: FastifyRequest): Promise<{ readonly file_url: string }> {
    const upload = this.#find((request.params as UploadParams).upload, 'whole');
    return this.#becomeFile(request, upload, bytesOf(request));
  }

  keepPart(request: FastifyRequest, reply: FastifyReply): { readonly partNumber: number; readonly etag: string } {
    const { upload: id, part = '' } = request.params as UploadParams;
    const partNumber = Number(part);
    const kept = this.#uploads.keepPart(this.#find(id, 'parts'), partNumber, bytesOf(request));
    if (typeof kept === 'string') throw problem(kept);
    reply.header('etag', `"${kept.etag}"`);
    return { partNumber, etag: kept.etag };
  }

  async keepFile(request: FastifyRequest): Promise<{ readonly access_url: string }> {
    const { account } = this.#caller(request);
    const { clock } = this.context.world;
    const lifetimeUs = wantedLifetimeUs(request.headers);
    const file = {
      fileId: newFileId(lifetimeUs === undefined ? undefined : clock.nowUs() + lifetimeUs),
      account,
      name: safeFileName(fileNameOf(request)),
      contentType: safeContentType(request.headers['content-type']),
    };
    await this.#keep(file, bytesOf(request));
    return { access_url: this.#addressOf(request, file) };
  }

  async complete(request: FastifyRequest): Promise<{ readonly file_url: string }> {
    return this.#assemble(request, this.#find((request.params as UploadParams).upload, 'parts'));
  }

  async completeOwn(request: FastifyRequest): Promise<{ readonly access_url: string }> {
    const upload = this.#findOwn((request.params as UploadParams).upload, this.#caller(request));
    return { access_url: (await this.#assemble(request, upload)).file_url };
  }

  send(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { id } = request.params as { readonly id: string };
    const { clock, ledger } = this.context.world;
    const isGone = isExpiredFile(id, clock.nowUs());
    const file = isGone ? undefined : this.#sending.hold(id, reply.raw, () => ledger.readFile(id));
    if (file === undefined) throw new WireError(404, { detail: 'Not Found' });
    const range = byteRange(request.method === 'GET' ? request.headers.range : undefined, file.bytes.length);
    if (range === 'outside') throw rangeProblem(file.bytes.length);
    reply.headers(FILE_HEADERS).header('content-type', file.contentType).header('content-disposition', contentDisposition(file.name, file.contentType));
    if (range === undefined) return sendBytes(reply, file.bytes);
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${file.bytes.length}`);
    return sendBytes(reply, file.bytes.subarray(range.first, range.last + 1));
  }

  #caller(request: FastifyRequest): Caller {
    const caller = this.context.authenticate(request, STORAGE_APP);
    const reason = this.context.world.usageOf(caller.account)?.lockedBecause;
    if (reason !== undefined) throw WireError.of(lockedAccount(reason));
    return caller;
  }

  #find(id: string, kind: Upload['kind']): Upload {
    const upload = this.#uploads.find(id, kind);
    if (upload === undefined) throw new WireError(404, { detail: 'No such upload: its address is unknown, used up or too old' });
    return upload;
  }

  /** Another account's upload is answered like an unknown one. */
  #findOwn(id: string, caller: Caller): Upload {
    const upload = this.#find(id, 'parts');
    return upload.account === caller.account ? upload : this.#find('', 'parts');
  }

  #assemble(request: FastifyRequest, upload: Upload): Promise<{ readonly file_url: string }> {
    const { parts } = request.body as { readonly parts: readonly PartName[] };
    const bytes = this.#uploads.assemble(upload, parts);
    if (typeof bytes === 'string') throw problem(bytes);
    return this.#becomeFile(request, upload, bytes);
  }

  async #becomeFile(request: FastifyRequest, upload: Upload, bytes: Uint8Array): Promise<{ readonly file_url: string }> {
    this.#uploads.close(upload);
    await this.#keep(upload, bytes);
    return { file_url: this.#addressOf(request, upload) };
  }

  async #keep({ fileId: id, account, name, contentType }: Pick<Upload, 'fileId' | 'account' | 'name' | 'contentType'>, bytes: Uint8Array): Promise<void> {
    const { clock, ledger } = this.context.world;
    ledger.file({ id, account, name, contentType, bytes, createdUs: clock.nowUs() });
    if (ledger.isDirty) await this.context.world.settled();
  }

  #addressOf(request: FastifyRequest, { fileId, name }: Pick<Upload, 'fileId' | 'name'>): string {
    return `${this.context.publicUrl(request)}/cdn/files/${fileId}/${encodeURIComponent(name)}`;
  }
}

/** Whatever was uploaded is data: it may not run, ask for anything, or be taken for another type. */
const FILE_HEADERS = {
  'accept-ranges': 'bytes',
  'access-control-allow-origin': '*',
  'cache-control': 'private, max-age=60',
  'content-security-policy': "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
} as const;

const PROBLEMS: Readonly<Record<UploadProblem, readonly [status: number, detail: string]>> = {
  'too-large': [413, 'The file is too large'],
  busy: [429, 'Too many bytes are being uploaded at once. Try again when other uploads are complete'],
  'bad-part': [400, 'Expected part numbers from 1 to 10000, each with the etag that its upload was answered with'],
  'missing-part': [400, 'Expected every part that was uploaded, numbered from 1 without a gap'],
};

function problem(what: UploadProblem): WireError {
  const [status, detail] = PROBLEMS[what];
  return WireError.of(plainProblem(status, detail));
}

function rangeProblem(size: number): WireError {
  return new WireError(416, { detail: `Expected a range within ${size} bytes` }, { 'content-range': `bytes */${size}` });
}

function fileNameOf({ headers }: FastifyRequest): string | undefined {
  const name = headers['x-fal-file-name'];
  return typeof name === 'string' ? name : undefined;
}

/** No body at all is an empty file. */
function bytesOf({ body }: FastifyRequest): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array(0);
}
