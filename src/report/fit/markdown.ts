import type { FitResult } from '../../measure/capacity/fit-result.js';
import { markdownText } from '../escape.js';
import { formatNumber, formatShare } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { busiestHours, checkRows, factRows, headline, partName, partText } from './fit-words.js';

/** A fit as Markdown. */
export function fitMarkdown(fit: FitResult): string {
  const { chosen, arrivalModels, serviceLaws, notes, parts: byColumn = [] } = fit;
  const taken = arrivalModels[chosen.arrivals];
  const head = headline(fit);
  const parts = [
    `# Fit of ${markdownText(fit.file)}`,
    ...(head === undefined ? [] : [`**${head.mark} ${head.text}**`]),
    ...(head === undefined || head.mark === '✓' || fit.planCommand === undefined ? [] : [`\`\`\`sh\n${fit.planCommand}\n\`\`\``]),
    markdownTable(
      ['What', 'Value'],
      factRows(fit).map(([what, text]) => [what, text]),
    ),
    ...(busiestHours(fit) === undefined ? [] : ['## Time of day', markdownTable(['Hour', '>Share of the requests'], hourRows(fit))]),
    '## Arrivals',
    markdownTable(
      ['Taken', 'Model'],
      arrivalModels.map(({ text }, place) => [place === chosen.arrivals ? 'yes' : '', text]),
    ),
    ...(taken === undefined || taken.fit.length === 0
      ? []
      : [
          markdownTable(
            ['Measure', '>Trace', '>Model taken'],
            taken.fit.map(({ what, trace, model }) => [what, formatNumber(trace), formatNumber(model)]),
          ),
        ]),
    ...(checkRows(fit).length === 0
      ? []
      : [
          '## What decides a limit',
          markdownTable(
            ['What', '>Trace', '>Fitted load, over seeds', 'The load is'],
            checkRows(fit).map(({ cells }) => cells),
          ),
        ]),
    ...(serviceLaws.length === 0
      ? []
      : [
          '## Service',
          markdownTable(
            ['Taken', 'Law', '>Largest distance', '>AIC'],
            serviceLaws.map(({ text, distance, aic }, place) => [
              place === chosen.service ? 'yes' : '',
              text,
              distance.toFixed(3),
              aic === undefined ? '–' : formatNumber(Math.round(aic)),
            ]),
          ),
        ]),
    ...byColumn.flatMap(({ column, list }) => [
      `## By ${markdownText(column)}`,
      markdownTable(
        ['Whose', 'Fitted by itself'],
        list.map((part) => [partName(part), partText(part)]),
      ),
    ]),
    ...(notes.length === 0 ? [] : ['## Notes', notes.map((note) => `- ${markdownText(note)}`).join('\n')]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function hourRows({ hours }: FitResult): string[][] {
  return hours.map((share, hour) => [`${String(hour).padStart(2, '0')}:00`, formatShare(share)]);
}
