import { TELLING, type Telling, TOLD } from './play.js';

/** One sample of k6's CSV output. */
export interface Sample {
  readonly metric: string;
  readonly value: number;
  /** Tag `name`: the kind of an HTTP request; ''. */
  readonly name: string;
  /** What the script tells with it; undefined: nothing. */
  readonly telling: Telling | undefined;
}

const PREFIX = `${TELLING}=`;
/** Metrics whose samples say nothing without what the script tells with them. */
const TELL: ReadonlySet<string | undefined> = new Set([TOLD.call, TOLD.open, TOLD.dropped, TOLD.zombiePolls, TOLD.broken]);

interface Columns {
  readonly metric: number;
  readonly value: number;
  readonly name: number;
  readonly metadata: number;
  readonly count: number;
}

/**
 * Reads k6's CSV output line by line. Columns go by the names in its first line, for they follow the system tags.
 * @throws Error for a first line that is not k6's
 */
export class SampleReader {
  /** Lines that are no whole sample: somebody has cut them off. */
  unreadable = 0;
  private columns: Columns | undefined;

  /** @returns undefined for the first line, and for one that is no whole sample */
  read(line: string): Sample | undefined {
    const fields = splitCsv(line);
    if (this.columns === undefined) {
      this.columns = columnsOf(fields);
      return undefined;
    }
    const sample = sampleOf(fields, this.columns);
    if (sample === undefined) this.unreadable++;
    return sample;
  }
}

function sampleOf(fields: readonly string[], { metric, value, name, metadata, count }: Columns): Sample | undefined {
  const number = fields[value] === '' ? Number.NaN : Number(fields[value]);
  if (fields.length !== count || !Number.isFinite(number)) return undefined;
  const telling = tellingOf(fields[metadata] as string);
  if (telling === undefined && TELL.has(fields[metric])) return undefined;
  return { metric: fields[metric] as string, value: number, name: fields[name] ?? '', telling };
}

function tellingOf(metadata: string): Telling | undefined {
  if (!metadata.startsWith(PREFIX)) return undefined;
  try {
    return JSON.parse(decodeURIComponent(metadata.slice(PREFIX.length))) as Telling;
  } catch {
    return undefined;
  }
}

function columnsOf(names: readonly string[]): Columns {
  const columns = {
    metric: names.indexOf('metric_name'),
    value: names.indexOf('metric_value'),
    name: names.indexOf('name'),
    metadata: names.indexOf('metadata'),
    count: names.length,
  };
  if (columns.metric === -1 || columns.value === -1 || columns.metadata === -1)
    throw new Error(`expected k6's CSV with metric_name, metric_value and metadata, got ${JSON.stringify(names.join(',').slice(0, 200))}`);
  return columns;
}

/** Go's CSV: quotes only around fields that need them, doubled inside. */
function splitCsv(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
