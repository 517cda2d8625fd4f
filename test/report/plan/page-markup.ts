/** A page as a reader meets it, cut out of its markup. */

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/<[^>]*>/g, ''],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&quot;/g, '"'],
  [/&#x27;|&#39;/g, "'"],
  [/&amp;/g, '&'],
];

/** What is read aloud of markup. */
export function textOf(markup: string): string {
  return TEXTS.reduce((text, [from, to]) => text.replace(from, to), markup)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Everything between the tags of a section; undefined: the page has none of that name. */
export function sectionOf(html: string, id: string): string | undefined {
  const at = html.search(new RegExp(`<(?:section|header) id="${id}"`));
  if (at < 0) return undefined;
  const end = html.slice(at).search(/<\/(?:section|header)>/);
  return html.slice(at, at + end);
}

export interface MarkupTable {
  readonly caption: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function tablesOf(markup: string): MarkupTable[] {
  return [...markup.matchAll(/<table[^>]*>(.*?)<\/table>/gs)].map(([, table]) => {
    const rows = [...(table as string).matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
      [...(row as string).matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => textOf(cell as string)),
    );
    return { caption: textOf(/<caption>(.*?)<\/caption>/s.exec(table as string)?.[1] ?? ''), headings: rows[0] ?? [], rows: rows.slice(1) };
  });
}

/** The cells under a heading. */
export function columnOf(table: MarkupTable | undefined, heading: string): string[] {
  const at = table?.headings.indexOf(heading) ?? -1;
  if (table === undefined || at < 0) throw new Error(`no column ${heading} in ${table?.headings.join(', ')}`);
  return table.rows.map((row) => row[at] ?? '');
}
