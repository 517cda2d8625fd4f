/** All headers of an answer together, fal's rule; a part is left for the platform's own. Bytes. */
export const MOST_HEADER_BYTES = 16 * 1024;
const FOR_THE_PLATFORM_BYTES = 2 * 1024;

const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What belongs to the connection, to the runner, or is ours to say. */
const NOT_FOR_THE_CALLER: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-encoding',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-fal-stop-runner',
]);

/** A model's headers as its caller may have them: 2.6 says which are stripped. @returns whether all were kept */
export function copyAnswerHeaders(headers: Readonly<Record<string, string>>, status: number, keep: (name: string, value: string) => void): boolean {
  let bytes = 0;
  let all = true;
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    bytes += name.length + value.length + 4;
    if (bytes <= MOST_HEADER_BYTES - FOR_THE_PLATFORM_BYTES && isForTheCaller(name, value, status)) keep(name, value);
    else all = false;
  }
  return all;
}

function isForTheCaller(name: string, value: string, status: number): boolean {
  if (NOT_FOR_THE_CALLER.has(name) || !NAME.test(name) || !VALUE.test(value)) return false;
  return name !== 'x-fal-needs-retry' || status >= 500 || status === 429;
}
