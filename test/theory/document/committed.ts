import { readFileSync } from 'node:fs';

export const DOCUMENT_FILE = 'docs/validation.md';

/** What docs/validation.md says before its first section. */
export function committedHead(): string {
  return partsOf(committedText())[0] as string;
}

/** The headings of its sections, in order. */
export function committedHeadings(): string[] {
  return partsOf(committedText())
    .slice(1)
    .map((part) => part.slice(3, part.indexOf('\n')));
}

/** The section with this heading; '' where there is none. */
export function committedSection(heading: string): string {
  return partsOf(committedText()).find((part) => part.startsWith(`## ${heading}\n`)) ?? '';
}

function committedText(): string {
  return readFileSync(DOCUMENT_FILE, 'utf8');
}

function partsOf(text: string): string[] {
  return text
    .trimEnd()
    .split(/\n\n(?=## )/)
    .map((part) => part.trimEnd());
}
