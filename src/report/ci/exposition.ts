import { visible } from '../escape.js';

export type FamilyType = 'gauge' | 'counter' | 'histogram';
export type Labels = Readonly<Record<string, string | undefined>>;

interface Family {
  readonly type: FamilyType;
  readonly unit: string | undefined;
  readonly help: string;
  readonly samples: string[];
}

const LONGEST_LABEL = 200;

/**
 * Families of metrics as OpenMetrics text, which Prometheus' own text format reads too: only types that both know, no
 * timestamps, no exemplars. Samples of a family stand together however they come, and no series stands there twice.
 */
export class Exposition {
  private readonly families = new Map<string, Family>();
  private readonly series = new Set<string>();

  /** @param name ends in the unit, if there is one */
  family(name: string, type: FamilyType, help: string, unit?: string): this {
    if (!this.families.has(name)) this.families.set(name, { type, unit, help, samples: [] });
    return this;
  }

  /** @param name of a family that was described @param suffix `_total`, `_bucket`, … */
  sample(name: string, value: number, labels: Labels, suffix = ''): this {
    const series = `${name}${suffix}${labelsText(labels)}`;
    if (!Number.isFinite(value) || this.series.has(series)) return this;
    this.series.add(series);
    this.families.get(name)?.samples.push(`${series} ${value}`);
    return this;
  }

  toString(): string {
    const lines: string[] = [];
    for (const [name, { type, unit, help, samples }] of this.families) {
      if (samples.length === 0) continue;
      lines.push(`# TYPE ${name} ${type}`);
      if (unit !== undefined) lines.push(`# UNIT ${name} ${unit}`);
      lines.push(`# HELP ${name} ${quoted(help)}`, ...samples);
    }
    return `${[...lines, '# EOF'].join('\n')}\n`;
  }
}

function labelsText(labels: Labels): string {
  const given = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? '' : `{${given.map(([name, value]) => `${name}="${quoted(labelValue(value))}"`).join(',')}}`;
}

/** Two values that look alike once they are cleaned and cut stay two: both get a sum of what they were. */
function labelValue(text: string): string {
  const clean = visible(text);
  if (clean === text && text.length <= LONGEST_LABEL) return text;
  return `${[...clean.slice(0, LONGEST_LABEL)].join('')}…${checksum(text)}`;
}

function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** FNV-1a, eight hexadecimal digits. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return sum.toString(16).padStart(8, '0');
}
