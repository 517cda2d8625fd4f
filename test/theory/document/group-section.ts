import { SEEDS } from '../acceptance.js';
import { type PointResult, runPoint, type TheoryGroup, type TheoryPoint } from '../point.js';
import { digits, signed, table } from './numbers.js';
import type { DocumentSection } from './section.js';

/** What the runs of a group of points showed, beside the exact values, and how its twins were caught. */
export class GroupSection implements DocumentSection {
  private readonly results = new Map<TheoryPoint, PointResult>();

  constructor(readonly group: TheoryGroup) {}

  get heading(): string {
    return this.group.title;
  }

  /** Runs the point, once. */
  result(point: TheoryPoint): PointResult {
    const known = this.results.get(point);
    if (known !== undefined) return known;
    const result = runPoint(point);
    this.results.set(point, result);
    return result;
  }

  text(): string {
    const results = this.group.points.map((point) => this.result(point));
    for (const result of results) mustAgree(result);
    return [`## ${this.heading}`, this.group.introduction, agreementTable(results), 'Twins that must fail:', twinTable(results)].join('\n\n');
  }
}

function mustAgree({ point, quantities, broken }: PointResult): void {
  const wrong = [...broken, ...quantities.flatMap(({ name, disagreement }) => (disagreement === undefined ? [] : [`${name}: ${disagreement}`]))];
  if (wrong.length > 0) throw new Error(`${point.model} (${point.parameters}) disagrees with theory: ${wrong.join('; ')}`);
}

function agreementTable(results: readonly PointResult[]): string {
  const rows = results.flatMap(({ point, quantities }) =>
    quantities.map(({ name, estimate, exact, off }, n) => [
      n === 0 ? `**${point.model}** ${point.parameters}` : '',
      n === 0 ? `${SEEDS.length} × ${point.requests.toLocaleString('en-US')}` : '',
      name,
      digits(estimate.mean),
      digits(estimate.standardError),
      digits(exact),
      signed(off),
    ]),
  );
  return table(['model', 'seeds × requests', 'quantity', 'simulated', 'standard error', 'exact', 'z'], rows);
}

function twinTable(results: readonly PointResult[]): string {
  const rows = results.map(({ point, twin }) => [
    `${point.model} ${point.parameters}`,
    point.twin.wrong,
    twin.name,
    digits(twin.estimate.mean),
    digits(twin.exact),
    signed(twin.off),
  ]);
  return table(['model', 'what is wrong with the twin', 'quantity farthest off', 'simulated', 'exact', 'z'], rows);
}
