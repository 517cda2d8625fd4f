export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#10': '\n', '#9': '\t' };

/** Reads well-formed XML without comments, CDATA and namespaces; throws on anything else. */
export function parseXml(xml: string): XmlElement {
  const illegal = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(xml);
  if (illegal !== null) throw new Error(`illegal character at ${illegal.index}`);
  const body = xml.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\s*/, '');
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let end = 0;
  for (const match of body.matchAll(/<(\/?)([a-zA-Z-]+)((?:\s+[a-z0-9A-Z]+="[^"<]*")*)\s*(\/?)>/g)) {
    const parent = open.at(-1) as XmlElement;
    parent.text += decode(body.slice(end, match.index));
    end = match.index + match[0].length;
    const [, closing, name, attributes, empty] = match;
    if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`unexpected </${name}>`);
      continue;
    }
    const element: XmlElement = { name: name as string, attributes: readAttributes(attributes ?? ''), children: [], text: '' };
    parent.children.push(element);
    if (empty !== '/') open.push(element);
  }
  if (open.length !== 1 || root.children.length !== 1 || decode(body.slice(end)).trim() !== '') throw new Error('not one complete element');
  return root.children[0] as XmlElement;
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/([a-zA-Z0-9]+)="([^"]*)"/g)].map(([, name, value]) => [name as string, decode(value as string)]));
}

function decode(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`raw < or > in "${text.slice(0, 40)}"`);
  return text.replace(/&([^;\s]*);?/g, (_, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined) throw new Error(`unknown entity &${name}`);
    return character;
  });
}
