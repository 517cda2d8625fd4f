export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricFamily {
  readonly type: string;
  readonly unit: string | undefined;
  readonly samples: Sample[];
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = { gauge: [''], counter: ['_total'], histogram: ['_bucket', '_sum', '_count'] };
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/y;

/** Reads OpenMetrics 1.0 and forgives nothing: order of lines, suffixes, units, doubled series, buckets, the end. */
export function readOpenMetrics(text: string): Map<string, MetricFamily> {
  if (!text.endsWith('\n# EOF\n')) throw new Error('no # EOF at the end');
  const families = new Map<string, MetricFamily>();
  const seen = new Set<string>();
  let current: { name: string; type: string; unit: string | undefined; samples: Sample[] } | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const meta = /^# (TYPE|UNIT|HELP) (\S+) (.+)$/.exec(line);
    if (meta !== null) {
      const [, kind, name, rest] = meta as unknown as [string, string, string, string];
      if (kind === 'TYPE') {
        if (families.has(name)) throw new Error(`${name} stands there twice`);
        if (SUFFIXES[rest] === undefined) throw new Error(`unknown type ${rest}`);
        current = { name, type: rest, unit: undefined, samples: [] };
        families.set(name, current);
      } else if (current?.name !== name || current.samples.length > 0) throw new Error(`${kind} of ${name} in the wrong place`);
      else if (kind === 'UNIT') {
        if (!name.endsWith(`_${rest}`)) throw new Error(`${name} does not end in its unit ${rest}`);
        current.unit = rest;
      }
      continue;
    }
    if (current === undefined) throw new Error(`a sample before its family: ${line}`);
    const sample = readSample(line);
    const suffix = sample.name.slice(current.name.length);
    if (!sample.name.startsWith(current.name) || !SUFFIXES[current.type]?.includes(suffix)) throw new Error(`${sample.name} is no sample of ${current.name}`);
    const series = line.slice(0, line.lastIndexOf(' '));
    if (seen.has(series)) throw new Error(`doubled: ${series}`);
    seen.add(series);
    if (current.type === 'counter' && sample.value < 0) throw new Error(`a counter below zero: ${line}`);
    current.samples.push(sample);
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family);
  return families;
}

function readSample(line: string): Sample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const [, name, labelText = '', valueText] = match as unknown as [string, string, string | undefined, string];
  const value = valueText === '+Inf' ? Number.POSITIVE_INFINITY : Number(valueText);
  if (Number.isNaN(value)) throw new Error(`not a number: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const label = LABEL.exec(labelText);
    if (label === null) throw new Error(`not labels: ${labelText}`);
    const [, key, text] = label as unknown as [string, string, string];
    if (key in labels) throw new Error(`the label ${key} stands there twice`);
    labels[key] = text.replace(/\\([\\n"])/g, (_, character: string) => (character === 'n' ? '\n' : character));
  }
  return { name, labels, value };
}

/** Buckets rise, the last is +Inf and equals the count; bounds are written as floating-point numbers. */
function checkHistogram(name: string, { samples }: MetricFamily): void {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    for (const { labels } of buckets)
      if (!/^(\d+\.\d+|\+Inf)$/.test(labels['le'] ?? '')) throw new Error(`a bound that is no floating-point number: ${labels['le']}`);
    const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le'])));
    for (let at = 1; at < buckets.length; at++) {
      if ((bounds[at] as number) <= (bounds[at - 1] as number)) throw new Error('bounds do not rise');
      if ((buckets[at] as Sample).value < (buckets[at - 1] as Sample).value) throw new Error('buckets do not rise');
    }
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error('no bucket +Inf');
    const count = group.find((sample) => sample.name === `${name}_count`);
    if (count?.value !== buckets.at(-1)?.value) throw new Error('the count is not that of +Inf');
  }
}
