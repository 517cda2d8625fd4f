import type { ResultFile, Verdict } from '../../measure/result.js';
import { type AgreementWords, agreementOf, agreementSentence, agreementWords, worstFirst } from '../agreement/agreement-words.js';
import { plural } from '../format.js';
import { FittedColumns } from '../terminal-table.js';
import { VERDICT_WORDS } from '../verdict.js';
import { findingText, groupedFindings } from './findings.js';
import { liveLines } from './live-lines.js';
import { twoViews } from './two-views.js';

/** A part of the terminal's summary with a heading of its own. */
export interface TerminalBlock {
  readonly title: string;
  readonly lines: readonly TerminalLine[];
}

export interface TerminalLine {
  readonly text: string;
  readonly tone?: Verdict | undefined;
  /** A line of a table is never broken. */
  readonly fixed?: boolean;
}

const MAX_FINDINGS = 4;
const MAX_AGREEMENTS = 14;
const WARNING = '!';

/** How the load was made. */
export function setupBlocks(result: ResultFile): TerminalBlock[] {
  const lines = liveLines(result);
  if (lines.length === 0) return [];
  return [{ title: 'LIVE', lines: lines.map(({ text, warns }) => (warns ? { text: `${WARNING} ${text}`, tone: 'undecided' as const } : { text })) }];
}

/** Both views of the main numbers, and where they part. @param width of a line, without its indent */
export function viewBlocks(result: ResultFile, width: number): TerminalBlock[] {
  return [...bothViews(result, width), ...findingBlocks(result)];
}

/** The same scenario in virtual time. */
export function agreementBlocks(result: ResultFile): TerminalBlock[] {
  const lines = agreementOf(result);
  if (lines.length === 0) return [];
  const words = worstFirst(agreementWords(lines));
  const left = words.length - MAX_AGREEMENTS;
  return [
    {
      title: 'LIVE AGAINST SIMULATED (difference and its 95 % interval over seeds)',
      lines: [
        ...words.slice(0, MAX_AGREEMENTS).map((one) => ({ text: agreementText(one), tone: one.look === 'pass' ? undefined : one.look })),
        ...(left > 0 ? [{ text: `… and ${plural(left, 'more number')} in the report` }] : []),
        { text: agreementSentence(lines) },
      ],
    },
  ];
}

function bothViews(result: ResultFile, width: number): TerminalBlock[] {
  const views = twoViews(result);
  if (views === undefined) return [];
  const { titles, rows } = views;
  const first = Math.max(...rows.map(({ heading }) => heading.length));
  const columns = titles.map((title, at) => [title, ...rows.map(({ cells }) => bothText(cells[at] as { client: string; server: string }))]);
  const fitted = new FittedColumns(columns, first, width);
  return [
    {
      title: `CLIENTS / SERVER${result.seeds.length > 1 ? ' (median of the seeds)' : ''}`,
      lines: [
        ...(titles.length > 1 ? [{ text: ' '.repeat(first) + fitted.line(0), fixed: true }] : []),
        ...rows.map(({ heading }, at) => ({ text: heading.padEnd(first) + fitted.line(at + 1), fixed: true })),
        ...(fitted.hidden > 0 ? [{ text: `${plural(fitted.hidden, 'more variant')} in the report` }] : []),
      ],
    },
  ];
}

function findingBlocks(result: ResultFile): TerminalBlock[] {
  const findings = groupedFindings(result);
  if (findings.length === 0) return [];
  const left = findings.length - MAX_FINDINGS;
  return [
    {
      title: 'FINDINGS (clients and server tell different stories)',
      lines: [
        ...findings
          .slice(0, MAX_FINDINGS)
          .flatMap((finding) => [{ text: `${WARNING} ${findingText(finding)}`, tone: 'undecided' as const }, { text: finding.explanation }]),
        ...(left > 0 ? [{ text: `… and ${plural(left, 'more finding')} in the report` }] : []),
      ],
    },
  ];
}

/** `4.2s` where both say the same, else `4.25s / 4.2s`. */
function bothText({ client, server }: { readonly client: string; readonly server: string }): string {
  return client === server ? client : `${client} / ${server}`;
}

function agreementText({ variant, metric, simulated, live, difference, interval, tolerance, word, look }: AgreementWords): string {
  const where = variant === undefined ? '' : `${variant}: `;
  return `${VERDICT_WORDS[look].icon} ${where}${metric}: live ${live}, simulated ${simulated}, ${difference} ${interval}, ${word} (tolerance ${tolerance})`;
}
