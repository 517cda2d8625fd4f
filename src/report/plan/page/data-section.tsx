import { FileTable, type OfferedFile } from '../../html/file-table.js';
import { Section } from '../../html/parts.js';

const FILES: readonly OfferedFile[] = [
  { name: 'plan.json', kind: 'plan', holds: 'Everything: what this page is made of, and what --baseline takes.' },
  { name: 'plan.csv', kind: 'csv', holds: 'Every figure, one a line, for a spreadsheet.' },
  { name: 'plan.md', kind: 'markdown', holds: 'The plan as Markdown, for a pull request or a page of a wiki.' },
];

/** The plan itself travels in the page, and other formats are made of it there. */
export function PlanDataSection() {
  return (
    <Section id="data" title="Raw data" lead="Everything on this page comes from plan.json, which is inside this file.">
      <FileTable files={FILES} />
      <noscript>
        <p>Downloads need JavaScript; plan.json lies beside this page.</p>
      </noscript>
    </Section>
  );
}
