import type { ResultFile } from '../../measure/result.js';
import { type AgreementWords, agreementOf, agreementSentence, agreementWords } from '../agreement/agreement-words.js';
import { markdownText as text } from '../escape.js';
import { plural } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { VERDICT_WORDS } from '../verdict.js';
import { findingText, groupedFindings } from './findings.js';
import { liveLines } from './live-lines.js';
import { type TwoViews, twoViews } from './two-views.js';

const MAX_FINDINGS = 10;

/** How the load was made. Every part is empty where there is nothing to say. */
export function liveParts(result: ResultFile): string[] {
  const lines = liveLines(result);
  return lines.length === 0 ? [] : ['### Live', lines.map((line) => `- ${line.warns ? '⚠ ' : ''}${text(line.text)}`).join('\n')];
}

/** What clients saw beside the server's books, and where they part. */
export function viewParts(result: ResultFile): string[] {
  const views = twoViews(result);
  const findings = groupedFindings(result);
  const left = findings.length > MAX_FINDINGS ? [`- ${plural(findings.length - MAX_FINDINGS, 'more finding')} in the report.`] : [];
  const list = findings.slice(0, MAX_FINDINGS).map((finding) => `- ⚠ ${text(findingText(finding))}. ${text(finding.explanation)}`);
  return [
    ...(views === undefined ? [] : ['### Clients and server', viewsTable(views, result.seeds.length)]),
    ...(findings.length === 0 ? [] : ['### Findings', [...list, ...left].join('\n')]),
  ];
}

function viewsTable({ titles, rows }: TwoViews, seeds: number): string {
  const headings = titles.flatMap((title) => ['clients', 'server', 'difference'].map((view) => `>${titles.length > 1 ? `${title}: ` : ''}${view}`));
  const name = seeds > 1 ? 'Median of the seeds' : 'Number';
  return markdownTable(
    [name, ...headings],
    rows.map(({ heading, cells }) => [heading, ...cells.flatMap(({ client, server, difference }) => [client, server, difference])]),
  );
}

/** The same scenario in virtual time. */
export function agreementParts(result: ResultFile): string[] {
  const lines = agreementOf(result);
  if (lines.length === 0) return [];
  const row = ({ variant, metric, simulated, live, difference, interval, tolerance, pairs, word, look }: AgreementWords): string[] => [
    `${VERDICT_WORDS[look].icon} ${word}`,
    variant ?? '–',
    metric,
    simulated,
    live,
    difference,
    interval,
    tolerance,
    pairs,
  ];
  const headings = ['Verdict', 'Variant', 'Number', '>Simulated', '>Live', '>Difference', '>95 % interval', '>Tolerance', '>Seeds'];
  return ['### Live against simulated', `${agreementSentence(lines)}.`, markdownTable(headings, agreementWords(lines).map(row))];
}
