/**
 * Names, messages and keys come from scenarios, traces and servers, so none of them is trusted. Every format escapes here.
 * Free of Node's modules: the page uses it too.
 */

const CONTROL_PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';

/** Shows control characters as pictures (␇) and direction marks as `�`; line breaks and tabs become spaces. */
export function visible(text: string): string {
  return text.replace(/[\t\n\r\u2028\u2029]/g, ' ').replace(/\p{Cc}|\p{Bidi_Control}|\p{Surrogate}/gu, (character) => {
    const code = character.codePointAt(0) as number;
    if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code);
    return code === 0x7f ? DELETE_PICTURE : '\uFFFD';
  });
}

const RUNNER_COMMANDS =
  /##(?=\[)|:(?=:(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)\b)/gi;

/** Nothing in it is a command to a GitHub runner, which reads `##[…]` anywhere and `::error …` where a line begins. */
function withoutRunnerCommands(text: string): string {
  return text.replace(RUNNER_COMMANDS, (found) => `${found}\u200B`);
}

/** For a terminal: colour sequences and control characters are dropped, so that no name can move the cursor, or command a CI server. */
export function terminalText(text: string): string {
  return withoutRunnerCommands(text)
    .replace(/[\t\n\r\u2028\u2029]/g, ' ')
    .replace(/\p{Cc}\[[0-9;:?]*[A-Za-z]/gu, '')
    .replace(/\p{Cc}|\p{Bidi_Control}|\p{Surrogate}/gu, '');
}

/** A copy of the data in which every string, keys of objects included, went through `clean`. */
export function cleanDeep<T>(data: T, clean: (text: string) => string): T {
  if (typeof data === 'string') return clean(data) as T;
  if (Array.isArray(data)) return data.map((item) => cleanDeep(item, clean)) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [clean(key), cleanDeep(value, clean)])) as T;
}

const MARKDOWN_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;', '#': '&#35;', '`': '&#96;' };

/** Text inside Markdown, tables included: no markup, no mention, no link, no reference to an issue. */
export function markdownText(text: string): string {
  return visible(text)
    .replace(/[&<>@#`]/g, (character) => MARKDOWN_ENTITIES[character] as string)
    .replace(/[\\|*_[\]~]/g, '\\$&')
    .replaceAll('://', '&#58;//')
    .replace(/\bwww\./gi, '$&\u200B');
}

/** A command as a fenced block of one line. */
export function markdownCode(text: string): string {
  return markdownFence([text], 'sh');
}

/** A fenced block whose fence is longer than any run of backticks inside. */
export function markdownFence(lines: readonly string[], language: string): string {
  const runs = lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(2, ...runs) + 1);
  return [`${fence}${language}`, ...lines.map(visible), fence].join('\n');
}

const XML_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text or attribute value of XML 1.0, which cannot hold most control characters: those are dropped, and with them what turns text round. */
export function xmlText(text: string): string {
  const legal = text.replace(/[\u2028\u2029\u0085]/g, ' ').replace(/[^\t\n\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|\p{Bidi_Control}/gu, '');
  return legal.replace(/[&<>"']/g, (character) => XML_ENTITIES[character] as string);
}

/** As an attribute: a reader would turn line breaks and tabs into spaces. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** JavaScript or base64 between script tags: nothing in it may end the tag or open a comment. */
export function scriptText(text: string): string {
  return text
    .replace(/<(?=\/script|!--|script)/gi, '\\x3c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
