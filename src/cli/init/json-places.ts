/** Where a member of an object stands in a JSON text, from its value's first character to behind its last. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the value of a member of the object that begins at `from`, so that a text can be changed without writing it anew.
 * @param json a valid text @param from at or before the object's brace
 */
export function placeOf(json: string, member: string, from = 0): Place | undefined {
  let depth = 0;
  let name: string | undefined;
  let start: number | undefined;
  for (let at = json.indexOf('{', from); at >= 0 && at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      const end = stringEnd(json, at);
      if (depth === 1 && name === undefined) name = JSON.parse(json.slice(at, end)) as string;
      at = end - 1;
    } else if (character === '{' || character === '[') depth++;
    else if (character === ':' && depth === 1) start = at + 1;
    else if (character === ',' && depth === 1) {
      if (name === member && start !== undefined) return trimmed(json, start, at);
      name = undefined;
      start = undefined;
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth > 0) continue;
      return name === member && start !== undefined ? trimmed(json, start, at) : undefined;
    }
  }
  return undefined;
}

/** @param object a valid object's text @returns it with one more member at its end, written the way the others are */
export function withMember(object: string, member: string, value: string, indent: string, unit: string): string {
  const inside = object.slice(1, -1);
  const text = `${JSON.stringify(member)}: ${value}`;
  const newline = object.includes('\r\n') ? '\r\n' : '\n';
  if (inside.trim() === '') return `{${newline}${indent}${unit}${text}${newline}${indent}}`;
  const kept = inside.trimEnd();
  if (!inside.includes('\n')) return `{${kept}, ${text}${inside.slice(kept.length)}}`;
  const lead = /^\s*/.exec(inside)?.[0] ?? '';
  return `{${kept},${lead.includes('\n') ? lead : `${newline}${indent}${unit}`}${text}${inside.slice(kept.length)}}`;
}

function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function trimmed(json: string, from: number, to: number): Place {
  const text = json.slice(from, to);
  const lead = text.length - text.trimStart().length;
  return { start: from + lead, end: from + text.trimEnd().length };
}
