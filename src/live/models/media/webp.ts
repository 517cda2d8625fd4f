const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/** The key frame of VP8 inside a lossy WebP. @throws Error when there is none */
export function keyFrame(webp: Buffer): Buffer {
  let at = HEADER_BYTES;
  while (at + CHUNK_HEADER_BYTES <= webp.length) {
    const name = webp.toString('latin1', at, at + 4);
    const size = webp.readUInt32LE(at + 4);
    const from = at + CHUNK_HEADER_BYTES;
    if (name === 'VP8 ') return webp.subarray(from, from + size);
    // Chunks begin at even places.
    at = from + size + (size % 2);
  }
  throw new Error(`expected a lossy WebP, got ${webp.length} bytes without a chunk "VP8 "`);
}
