import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** Where the operating system stands in a gzip header. Set to "unknown", so that the same data gives the same bytes everywhere. */
const GZIP_OS_BYTE = 9;
const GZIP_OS_UNKNOWN = 255;

/** What the page carries, as gzip in base64: nothing in it can end a script tag. */
export function embedData(data: object): string {
  return embedText(JSON.stringify(data));
}

export function embedText(text: string): string {
  const gzip = gzipSync(text, { level: 9 });
  gzip[GZIP_OS_BYTE] = GZIP_OS_UNKNOWN;
  return gzip.toString('base64');
}

/**
 * Only scripts and the style with exactly these bytes may run; nothing may be loaded.
 * @param packed scripts that the page carries packed, and may run later
 */
export function contentSecurityPolicy(script: string, style: string, packed: readonly string[] = []): string {
  return [
    "default-src 'none'",
    `script-src ${[script, ...packed].map((text) => `'${hashOf(text)}'`).join(' ')}`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
