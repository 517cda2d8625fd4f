import { TELLING } from './play.js';

/** One sample of k6's CSV output. */
export interface Sample {
  readonly metric: string;
  readonly value: number;
  /** Tag `name`: the kind of an HTTP request; ''. */
  readonly name: string;
  /** What the script tells with it: JSON; undefined: nothing. */
  readonly telling: string | undefined;
}

const PREFIX = `${TELLING}=`;

/**
 * Reads k6's CSV output line by line. Columns go by the names in its first line, for they follow the system tags.
 * @throws Error for a first line that is not k6's
 */
export class SampleReader {
  private columns: { readonly metric: number; readonly value: number; readonly name: number; readonly metadata: number } | undefined;

  /** @returns undefined for the first line, and for one that was cut off */
  read(line: string): Sample | undefined {
    const fields = splitCsv(line);
    if (this.columns === undefined) {
      this.columns = columnsOf(fields);
      return undefined;
    }
    const { metric, value, name, metadata } = this.columns;
    const given = fields[metadata];
    if (given === undefined) return undefined;
    return {
      metric: fields[metric] as string,
      value: Number(fields[value]),
      name: fields[name] ?? '',
      telling: given.startsWith(PREFIX) ? decodeURIComponent(given.slice(PREFIX.length)) : undefined,
    };
  }
}

function columnsOf(names: readonly string[]): { metric: number; value: number; name: number; metadata: number } {
  const columns = {
    metric: names.indexOf('metric_name'),
    value: names.indexOf('metric_value'),
    name: names.indexOf('name'),
    metadata: names.indexOf('metadata'),
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
