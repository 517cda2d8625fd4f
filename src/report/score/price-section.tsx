import type { PriceRow } from '../../measure/score/score-result.js';
import { Section, Table } from '../html/parts.js';
import { priceTexts } from './words.js';

/** The seed's price table, made again from the profiles' prices: a month, with stuck requests charged and not charged. */
export function PriceSection({ rows }: { rows: readonly PriceRow[] }) {
  if (rows.length === 0) return null;
  const sources = [...new Map(rows.map(({ usdPerRequest, priceSource }) => [`${usdPerRequest} ${priceSource}`, priceSource])).values()];
  return (
    <Section
      id="prices"
      title="Prices"
      lead="The post’s price table, made again: a simulated month of the same traffic with one key rotation on its first day (first seed), at each profile’s price, with the time of stuck requests charged and not charged."
    >
      <Table
        caption="A month in US dollars"
        columns={[
          { heading: 'Provider', names: true, cell: ({ provider }) => provider },
          { heading: 'A request', numeric: true, cell: ({ price }) => price },
          { heading: 'Successful', numeric: true, cell: ({ requests }) => requests },
          { heading: 'Stuck', numeric: true, cell: ({ stuck }) => stuck },
          { heading: 'Stuck not charged', numeric: true, cell: (row) => row.without },
          { heading: 'Stuck charged', numeric: true, cell: (row) => row.with },
          { heading: 'Rule for stuck requests', cell: ({ rule }) => <span class="rule">{rule}</span> },
        ]}
        rows={rows.map(priceTexts)}
      />
      <p class="muted">Where the prices come from: {sources.join('; ')}. None of them was checked with anybody who charges it.</p>
    </Section>
  );
}
