/** A film as its container wants it. */
interface Footage {
  readonly width: number;
  readonly height: number;
  /** Key frames of VP8. */
  readonly frames: readonly Buffer[];
  readonly framesPerSecond: number;
}

/** Names of elements (RFC 9559). */
const Element = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

const APP = Buffer.from('slotstorm');
const VIDEO_TRACK = 1;
const NS_PER_MS = 1_000_000;

/** @returns a WebM file of one VP8 track. One cluster a second: times inside a cluster are 16 bits of ms */
export function webm(footage: Footage): Buffer {
  const { frames, framesPerSecond } = footage;
  const clusters: Buffer[] = [];
  for (let first = 0; first < frames.length; first += framesPerSecond) clusters.push(cluster(footage, first));
  const durationMs = (frames.length / framesPerSecond) * 1000;
  return Buffer.concat([head(), element(Element.segment, info(durationMs), tracks(footage), ...clusters)]);
}

function head(): Buffer {
  return element(
    Element.ebml,
    whole(Element.ebmlVersion, 1),
    whole(Element.ebmlReadVersion, 1),
    whole(Element.ebmlMaxIdLength, 4),
    whole(Element.ebmlMaxSizeLength, 8),
    element(Element.docType, Buffer.from('webm')),
    whole(Element.docTypeVersion, 2),
    whole(Element.docTypeReadVersion, 2),
  );
}

function info(durationMs: number): Buffer {
  const duration = Buffer.alloc(8);
  duration.writeDoubleBE(durationMs);
  return element(
    Element.info,
    whole(Element.timestampScale, NS_PER_MS),
    element(Element.duration, duration),
    element(Element.muxingApp, APP),
    element(Element.writingApp, APP),
  );
}

function tracks({ width, height }: Footage): Buffer {
  const video = element(Element.video, whole(Element.pixelWidth, width), whole(Element.pixelHeight, height));
  return element(
    Element.tracks,
    element(
      Element.trackEntry,
      whole(Element.trackNumber, VIDEO_TRACK),
      whole(Element.trackUid, VIDEO_TRACK),
      whole(Element.trackType, 1),
      element(Element.codecId, Buffer.from('V_VP8')),
      video,
    ),
  );
}

function cluster({ frames, framesPerSecond }: Footage, first: number): Buffer {
  const startMs = Math.round((first / framesPerSecond) * 1000);
  const blocks = frames.slice(first, first + framesPerSecond).map((frame, i) => {
    const blockHead = Buffer.alloc(4);
    blockHead[0] = 0x80 | VIDEO_TRACK;
    blockHead.writeInt16BE(Math.round(((first + i) / framesPerSecond) * 1000) - startMs, 1);
    // A key frame.
    blockHead[3] = 0x80;
    return element(Element.simpleBlock, blockHead, frame);
  });
  return element(Element.cluster, whole(Element.timestamp, startMs), ...blocks);
}

function whole(id: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return element(id, bytes);
}

/** Name, length in four bytes, and what is in it. */
function element(id: number, ...content: readonly Buffer[]): Buffer {
  const size = content.reduce((sum, part) => sum + part.length, 0);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(0x10000000 | size);
  return Buffer.concat([Buffer.from(id.toString(16), 'hex'), length, ...content]);
}
