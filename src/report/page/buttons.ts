import type { ResultFile } from '../../measure/result.js';
import { renderOpenMetrics } from '../ci/openmetrics.js';
import { renderJUnit } from '../junit.js';
import { renderMarkdown } from '../markdown.js';
import { renderMetricsCsv } from '../metrics-csv.js';
import { fileText } from '../result-text.js';

const SAID_MS = 1600;
const BYTES_A_KB = 1024;
/** Sizes of more runs than this take too long to find out before anybody asks. */
const MOST_SIZED_RUNS = 2_000;

/** Copy buttons, wherever they are. Where the clipboard is closed the text gets selected instead. */
export function offerCopies(): void {
  document.addEventListener('click', async ({ target }) => {
    const element = target as Element;
    const button = element.closest<HTMLButtonElement>('button[data-copy], button[data-copy-from]');
    if (button !== null) return say(button, await copyFrom(button));
    const mark = element.closest<SVGElement>('[data-seed]');
    if (mark !== null) await copy(mark.dataset['seed'] ?? '').catch(() => undefined);
  });
}

async function copyFrom(button: HTMLButtonElement): Promise<string> {
  const source = document.getElementById(button.dataset['copyFrom'] ?? '');
  const text = button.dataset['copy'] ?? source?.textContent ?? '';
  return copy(text).catch(() => select(source ?? button.previousElementSibling));
}

async function copy(text: string): Promise<string> {
  await navigator.clipboard.writeText(text);
  return 'Copied';
}

function select(element: Element | null): string {
  if (element !== null) getSelection()?.selectAllChildren(element);
  return 'Selected';
}

/** For a moment, and to those who listen too. */
function say(button: HTMLButtonElement, said: string): void {
  if (button.dataset['said'] !== undefined) return;
  const before = button.textContent;
  button.dataset['said'] = '';
  button.setAttribute('aria-live', 'polite');
  button.textContent = said;
  setTimeout(() => {
    button.textContent = before;
    delete button.dataset['said'];
  }, SAID_MS);
}

/** How each file is made of the result inside the page. */
const MAKERS: Readonly<Record<string, { readonly type: string; readonly make: (result: ResultFile) => string }>> = {
  result: { type: 'application/json', make: fileText },
  csv: { type: 'text/csv', make: renderMetricsCsv },
  junit: { type: 'application/xml', make: renderJUnit },
  markdown: { type: 'text/markdown', make: renderMarkdown },
  openmetrics: { type: 'text/plain', make: renderOpenMetrics },
};

/** The files that the page makes, without any server. @param text the result inside the page */
export function offerDownload(text: string): void {
  const made = new Map<string, Blob>();
  const blobOf = (kind: string): Blob | undefined => {
    const maker = MAKERS[kind];
    if (maker === undefined) return undefined;
    const blob = made.get(kind) ?? new Blob([maker.make(JSON.parse(text) as ResultFile)], { type: maker.type });
    made.set(kind, blob);
    return blob;
  };
  const section = document.getElementById('data');
  section?.addEventListener('click', ({ target }) => {
    const button = (target as Element).closest<HTMLButtonElement>('button[data-download]');
    const blob = button === null ? undefined : blobOf(button.dataset['download'] ?? '');
    if (blob !== undefined) save(blob, button?.dataset['name'] ?? 'result.json');
  });
  if (section !== null) showSizesOnceSeen(section, text, blobOf);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), SAID_MS);
}

/** Making all files takes a moment, and most readers never get that far down. */
function showSizesOnceSeen(section: HTMLElement, text: string, blobOf: (kind: string) => Blob | undefined): void {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    if ((JSON.parse(text) as ResultFile).runs.length > MOST_SIZED_RUNS) return;
    for (const place of section.querySelectorAll<HTMLElement>('[data-size]')) {
      const blob = blobOf(place.dataset['size'] ?? '');
      if (blob !== undefined) place.textContent = `${Math.ceil(blob.size / BYTES_A_KB).toLocaleString('en-US')} kB`;
    }
  }).observe(section);
}
