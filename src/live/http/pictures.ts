import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeFilm } from '../models/media/film.js';
import { readFilmName, readPictureName, readSoundName } from '../models/media/names.js';
import { drawPicture } from '../models/media/picture.js';
import { Studio, StudioBusy } from '../models/media/studio.js';
import { makeWave } from '../models/media/wave.js';
import { byteRange } from './byte-range.js';
import { sendBytes } from './file-stream.js';
import { FilesBeingSent } from './files-being-sent.js';
import { detailAnswers } from './schemas.js';
import { WireError } from './wire-error.js';

/** A file that can be made from its name alone. */
interface Blueprint {
  readonly contentType: string;
  make(): Promise<Buffer>;
}

interface Folder {
  readonly path: string;
  readonly summary: string;
  readonly contentTypes: readonly string[];
  /** @returns undefined: there is no such file */
  readonly read: (name: string) => Blueprint | undefined;
}

/** Changes with whatever changes how files look: browsers keep them for ever. */
const DRAWING_VERSION = 1;
const ABOUT = 'Made by a pretended model, drawn when asked for from what its name says. Needs no key.';

const FOLDERS: readonly Folder[] = [
  { path: '/cdn/pictures', summary: 'A picture', contentTypes: ['image/png', 'image/jpeg', 'image/webp'], read: pictureOf },
  { path: '/cdn/sounds', summary: 'A sound', contentTypes: ['audio/wav'], read: soundOf },
  { path: '/cdn/videos', summary: 'A film', contentTypes: ['video/webm'], read: filmOf },
];

/** Of files that are read, all readers together: what the studio keeps comes on top. */
const MOST_BYTES_SENT = 64 * 1024 * 1024;

/** Where files come from, and how many are on their way. */
interface Gallery {
  readonly studio: Studio;
  readonly sending: FilesBeingSent<{ readonly bytes: Buffer }>;
}

/** What the pretended models have made. */
export function pictureRoutes(app: FastifyInstance): void {
  const gallery: Gallery = { studio: new Studio(), sending: new FilesBeingSent(MOST_BYTES_SENT) };
  for (const folder of FOLDERS) {
    app.get(`${folder.path}/:name`, { schema: schemaOf(folder), exposeHeadRoute: true }, (request, reply) => sendFile(folder, gallery, request, reply));
  }
}

function schemaOf({ summary, contentTypes }: Folder) {
  const file = { content: Object.fromEntries(contentTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])) };
  return {
    tags: ['files'],
    summary,
    description: ABOUT,
    params: { type: 'object', required: ['name'], properties: { name: { type: 'string', description: 'As the model’s answer says' } } },
    response: {
      200: { description: summary, ...file },
      206: { description: 'A part of it', ...file },
      304: { type: 'null', description: 'The caller has it already' },
      ...detailAnswers(404, 429),
      416: { ...detailAnswers(416)[416], description: 'The range is outside the file' },
    },
  };
}

async function sendFile(folder: Folder, { studio, sending }: Gallery, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { name } = request.params as { readonly name: string };
  const blueprint = folder.read(name);
  if (blueprint === undefined) throw new WireError(404, { detail: 'Not Found' });
  const etag = `"${DRAWING_VERSION}-${name}"`;
  markFile(reply, etag);
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  const path = `${folder.path}/${name}`;
  sending.makeSureOfRoom();
  const bytes = await drawn(studio, path, blueprint);
  sending.hold(path, reply.raw, () => ({ bytes }));
  return sendPart(bytes, blueprint.contentType, rangeHeader(request, etag), reply);
}

function markFile(reply: FastifyReply, etag: string): void {
  reply.headers({
    etag,
    'cache-control': 'public, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    // Pages of any origin may show and read what models make.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  });
}

async function drawn(studio: Studio, path: string, blueprint: Blueprint): Promise<Buffer> {
  try {
    return await studio.file(path, () => blueprint.make());
  } catch (error) {
    if (error instanceof StudioBusy) throw new WireError(429, { detail: error.message });
    throw error;
  }
}

function sendPart(file: Buffer, contentType: string, header: string | undefined, reply: FastifyReply): FastifyReply {
  const range = byteRange(header, file.length);
  if (range === 'outside') throw new WireError(416, { detail: `Expected a range within ${file.length} bytes` }, { 'content-range': `bytes */${file.length}` });
  reply.header('content-type', contentType);
  if (range === undefined) return sendBytes(reply, file);
  reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${file.length}`);
  return sendBytes(reply, file.subarray(range.first, range.last + 1));
}

/** A part is wanted only of the file that the caller knows. */
function rangeHeader({ method, headers }: FastifyRequest, etag: string): string | undefined {
  const condition = headers['if-range'];
  return method === 'GET' && (condition === undefined || condition === etag) ? headers.range : undefined;
}

function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((entry) => [etag, `W/${etag}`, '*'].includes(entry.trim()));
}

function pictureOf(name: string): Blueprint | undefined {
  const picture = readPictureName(name);
  return picture && { contentType: `image/${picture.format}`, make: () => drawPicture(picture) };
}

function soundOf(name: string): Blueprint | undefined {
  const sound = readSoundName(name);
  return sound && { contentType: 'audio/wav', make: async () => makeWave(sound) };
}

function filmOf(name: string): Blueprint | undefined {
  const film = readFilmName(name);
  return film && { contentType: 'video/webm', make: () => makeFilm(film) };
}
