import { render } from 'preact';
import type { Mark, ResultFile } from '../../../measure/result.js';
import { Waterfall } from '../../html/waterfall.js';
import { type FilteredRow, requestFilter } from '../../requests/request-filter.js';
import { type RequestRow, requestsOf } from '../../requests/request-rows.js';
import { shownVariants } from '../../runs.js';
import { openHiddenTargets } from './hidden-targets.js';

/** Rows that are shown before anybody asks for more. */
const FIRST_ROWS = 50;
const TYPING_MS = 120;

interface TableRow extends FilteredRow {
  readonly element: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
}

/** Makes the table of requests a tool: rows open, a filter narrows them, links from elsewhere lead to them. */
export function startRequests(result: ResultFile): void {
  openHiddenTargets();
  const table = document.getElementById('request-table');
  if (table !== null) new RequestTable(table, result).start();
}

class RequestTable {
  private readonly rows: readonly TableRow[];
  private readonly input = document.getElementById('request-filter') as HTMLInputElement | null;
  private readonly count = document.getElementById('request-count');
  private readonly more = document.getElementById('request-more') as HTMLButtonElement | null;
  private most = FIRST_ROWS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stories: ReadonlyMap<string, RequestRow> | undefined;

  constructor(
    private readonly table: HTMLElement,
    private readonly result: ResultFile,
  ) {
    this.rows = [...table.querySelectorAll<HTMLTableRowElement>('tr.request')].map(readRow);
  }

  start(): void {
    for (const way of this.table.querySelectorAll<HTMLElement>('tr.way')) way.hidden = true;
    this.table.addEventListener('click', (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>('button.expand');
      const row = this.rows.find((candidate) => candidate.button === button);
      if (row !== undefined) this.toggle(row);
    });
    this.table.addEventListener('keydown', (event) => this.moveFocus(event));
    this.input?.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.apply(FIRST_ROWS), TYPING_MS);
    });
    this.input?.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.ask('');
    });
    for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-filter]')) {
      button.addEventListener('click', () => this.ask(button.dataset['filter'] ?? ''));
    }
    this.more?.addEventListener('click', () => this.apply(Number.POSITIVE_INFINITY));
    addEventListener('hashchange', () => this.followHash());
    this.apply(FIRST_ROWS);
    this.followHash();
  }

  private ask(text: string): void {
    if (this.input !== null) this.input.value = text;
    this.apply(FIRST_ROWS);
  }

  private apply(most: number): void {
    this.most = most;
    const holds = requestFilter(this.input?.value ?? '');
    let matching = 0;
    for (const row of this.rows) {
      const hidden = !holds(row) || ++matching > this.most;
      row.element.hidden = hidden;
      const way = wayOf(row);
      if (way !== undefined) way.hidden = hidden || row.button.getAttribute('aria-expanded') !== 'true';
    }
    const shown = Math.min(matching, this.most);
    if (this.count !== null) {
      this.count.textContent = `${shown === matching ? '' : `first ${shown} of `}${matching} of ${this.rows.length} requests${matching === this.rows.length ? '' : ' match'}`;
    }
    if (this.more !== null) {
      this.more.hidden = shown === matching;
      this.more.textContent = `Show all ${matching}`;
    }
  }

  private toggle(row: TableRow, open = row.button.getAttribute('aria-expanded') !== 'true'): void {
    const way = wayOf(row) ?? (open ? this.draw(row) : undefined);
    row.button.setAttribute('aria-expanded', String(open));
    if (way !== undefined) way.hidden = !open;
    if (open && way !== undefined) row.button.setAttribute('aria-controls', way.id);
  }

  private draw({ element }: TableRow): HTMLElement | undefined {
    const story = this.storyOf(element.id);
    if (story === undefined) return undefined;
    const way = document.createElement('tr');
    way.className = 'way';
    way.id = `${element.id}-way`;
    const cell = way.insertCell();
    cell.colSpan = element.cells.length;
    render(<Waterfall row={story} marks={this.marksOf(story)} />, cell);
    element.after(way);
    return way;
  }

  private storyOf(anchor: string): RequestRow | undefined {
    this.stories ??= new Map(requestsOf(this.result).flatMap(({ rows }) => rows.map((row) => [row.anchor, row] as const)));
    return this.stories.get(anchor);
  }

  private marksOf({ variant }: RequestRow): readonly Mark[] {
    return shownVariants(this.result).find(({ info }) => (info.name ?? undefined) === variant)?.info.marks ?? [];
  }

  /** A link to a request opens it, also where a filter hides it. */
  private followHash(): void {
    const row = this.rows.find(({ element }) => element.id === decodeHash());
    if (row === undefined) return;
    if (row.element.hidden) {
      if (this.input !== null) this.input.value = '';
      this.apply(Number.POSITIVE_INFINITY);
    }
    this.toggle(row, true);
    row.element.scrollIntoView({ block: 'center' });
    row.button.focus({ preventScroll: true });
  }

  private moveFocus(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const button = document.activeElement;
    if (step === undefined || !(button instanceof HTMLButtonElement) || !button.classList.contains('expand')) return;
    const shown = this.rows.filter(({ element }) => !element.hidden);
    const next = shown[shown.findIndex((row) => row.button === button) + step];
    if (next === undefined) return;
    event.preventDefault();
    next.button.focus();
  }
}

function readRow(element: HTMLTableRowElement): TableRow {
  const field = (name: string): string => element.querySelector(`[data-field="${name}"]`)?.textContent ?? '';
  const button = element.querySelector<HTMLButtonElement>('button.expand') as HTMLButtonElement;
  return { element, button, s: field('s'), k: field('k'), e: field('e'), a: field('a'), m: field('m'), v: field('v'), text: element.textContent ?? '' };
}

function wayOf({ element }: TableRow): HTMLElement | undefined {
  const next = element.nextElementSibling;
  return next instanceof HTMLElement && next.classList.contains('way') ? next : undefined;
}

function decodeHash(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return '';
  }
}
