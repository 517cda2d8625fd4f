/** Characters of the name as it stands in an address, escapes counted: the router takes no longer ones. */
const LONGEST_NAME = 400;
const LONGEST_TYPE = 200;
const ANY_BYTES = 'application/octet-stream';
const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=(?:[\w.+-]+|"[\w .+-]*"))*$/;

/** Types that a browser only shows; whatever could run, and whatever nobody knows, is saved to a file instead. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp)|(?:audio|video)\/[\w.+-]+|text\/plain|application\/json)$/i;

/** A name as it may stand at the end of an address: no folders, no control characters, never empty. */
export function safeFileName(name: string | undefined): string {
  const last = (name ?? '').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/\p{Surrogate}|\p{Cc}|\p{Zl}|\p{Zp}/gu, '')
    .trim()
    .replace(/^\.+$/, '');
  return clean === '' ? 'upload.bin' : shortened(clean);
}

/** A content type as it may stand in a header; any other text counts as unknown. */
export function safeContentType(type: string | undefined): string {
  return type !== undefined && type.length <= LONGEST_TYPE && CONTENT_TYPE.test(type) ? type : ANY_BYTES;
}

/** Whether a browser shows the file or saves it, and under which name. */
export function contentDisposition(name: string, contentType: string): string {
  const type = contentType.split(';')[0]?.trim() ?? '';
  return `${SHOWN.test(type) ? 'inline' : 'attachment'}; filename*=UTF-8''${headerValue(name)}`;
}

/** What `encodeURIComponent` lets through and RFC 8187 does not. */
function headerValue(name: string): string {
  return encodeURIComponent(name).replace(/['()*!]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function shortened(name: string): string {
  if (encodeURIComponent(name).length <= LONGEST_NAME) return name;
  let short = '';
  let length = 0;
  for (const letter of name) {
    length += encodeURIComponent(letter).length;
    if (length > LONGEST_NAME) break;
    short += letter;
  }
  return short;
}
