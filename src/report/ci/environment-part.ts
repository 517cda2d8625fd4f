import type { ResultFile } from '../../measure/result.js';
import { markdownTable } from '../markdown-table.js';
import { seedListText } from '../runs.js';

/**
 * What somebody needs to see the same again, folded. Without date, host and duration: two runs of the same on one machine
 * give the same text.
 */
export function environmentPart(result: ResultFile): string {
  const { tool, scenario, randomScheme, seeds, meta } = result;
  const rows: (readonly [string, string | undefined])[] = [
    ['Tool', `${tool.name} ${tool.version}`],
    ['Scenario', scenario.file],
    ['SHA-256', scenario.sha256],
    [
      'Parts',
      scenario.parts == null
        ? undefined
        : Object.entries(scenario.parts)
            .map(([part, sum]) => `${part} ${sum}`)
            .join(', '),
    ],
    ['Seeds', seedListText(seeds)],
    ['Random scheme', String(randomScheme)],
    ['Revision', meta.revision == null ? undefined : `${meta.revision.sha}${meta.revision.dirty ? ' with changes' : ''}`],
    ['Platform', [meta.platform, meta.node, meta.cpu ?? ''].filter((word) => word !== '').join(', ')],
  ];
  const known = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
  return `<details><summary>Environment</summary>\n\n${markdownTable(['What', 'Value'], known)}\n\n</details>`;
}
