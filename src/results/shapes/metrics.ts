import type { MetricUnit, MetricValue } from '../../measure/metrics.js';
import type { AcrossSeeds, SeedShare, ThresholdAcrossSeeds } from '../../measure/seed-statistics.js';
import type { SeedStatistics } from '../../measure/seed-values.js';
import { amount, fail, listOf, maybe, number, objectOf, oneOf, type Shape, tableOf, text, whole } from './shape.js';

export const unit: Shape<MetricUnit> = oneOf('ms', 'slots', 'slot_seconds', 'seconds', 'requests', 'usd', 'ratio');

type Of<Type extends MetricValue['type']> = Extract<MetricValue, { readonly type: Type }>;

const VALUES: { readonly [Type in MetricValue['type']]: Shape<MetricValue> } = {
  trend: objectOf<Of<'trend'>>({
    type: oneOf('trend'),
    n: whole,
    avg: number,
    min: number,
    med: number,
    max: number,
    p90: number,
    p95: number,
    p99: number,
  }),
  counter: objectOf<Of<'counter'>>({ type: oneOf('counter'), n: whole, count: number, rate: number }),
  gauge: objectOf<Of<'gauge'>>({ type: oneOf('gauge'), n: whole, value: number, min: number, max: number, avg: number }),
  rate: objectOf<Of<'rate'>>({ type: oneOf('rate'), n: whole, rate: number }),
};

const metric: Shape<MetricValue> = (given) => {
  const type = (given as { readonly type?: unknown } | null | undefined)?.type;
  const shape = typeof type === 'string' && Object.hasOwn(VALUES, type) ? VALUES[type as MetricValue['type']] : undefined;
  return shape === undefined ? fail('a metric of type trend, counter, gauge or rate', given) : shape(given);
};

/** By metric, tags included. What every object inherits is no name: tables of metrics are looked up in by these. */
function byMetric<Value>(shape: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  const table = tableOf(shape);
  return (given) => {
    const metrics = table(given);
    for (const name of Object.keys(metrics)) if ((name.split('{')[0] as string) in Object.prototype) fail('names of metrics', name);
    return metrics;
  };
}

export const metrics = byMetric(metric);

const statistics = objectOf<SeedStatistics>({
  n: whole,
  mean: number,
  sd: maybe(number),
  low: maybe(number),
  high: maybe(number),
  min: number,
  med: number,
  max: number,
});

const share = objectOf<SeedShare>({ k: whole, n: whole, low: amount, high: amount });

export const acrossSeeds = objectOf<AcrossSeeds>({
  seeds: whole,
  failed: share,
  metrics: byMetric(tableOf(statistics)),
  thresholds: listOf(objectOf<ThresholdAcrossSeeds>({ metric: text, expression: text, actual: maybe(statistics), crossed: maybe(share) })),
  violated: tableOf(share),
});
