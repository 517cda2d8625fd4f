import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { RANDOM_SCHEME } from '../../core/random.js';
import type { FuzzBounds } from '../../fuzz/bounds.js';
import type { Discovery } from '../../fuzz/discovery.js';
import { showValue } from '../../scenario/problems.js';
import { VERSION } from '../../version.js';
import { reasonOf, UsageError } from '../failures.js';
import type { Files } from '../outside.js';
import type { FuzzFolder } from './fuzz-folder.js';

/** What is read of a corpus file; the rest says how the seed was found. */
const entrySchema = z.looseObject({
  seed: z
    .int({ error: 'expected a whole number from 0 up' })
    .min(0, { error: 'expected a whole number from 0 up' })
    .max(2 ** 52, { error: 'expected a whole number up to 2^52' }),
});

const ENDING = '.yaml';

/** Seeds that found something once, one file each. They are run first, within the bounds of today. */
export class Corpus {
  constructor(
    private readonly folder: FuzzFolder,
    private readonly files: Files,
  ) {}

  /** Makes the folder. @throws UsageError */
  prepare(): void {
    this.folder.prepare();
  }

  /** In the order of the file names, each once. A folder that is not there yet is empty. @throws UsageError for a file that is no entry */
  seeds(): number[] {
    const { path } = this.folder;
    if (!this.files.isDirectory(path)) {
      if (this.files.isFile(path)) throw new UsageError(`--corpus: expected a folder, but ${JSON.stringify(path)} is a file`);
      return [];
    }
    const names = this.files.list(path).filter(({ name, isDirectory }) => !isDirectory && name.endsWith(ENDING) && !name.startsWith('.'));
    const seeds = names.map(({ name }) => this.seedOf(`${path}/${name}`));
    return [...new Set(seeds)];
  }

  /** Adds what was found. @returns its path */
  add({ fingerprint, seed, name, failure }: Discovery, { policy, settings, faults, lite }: FuzzBounds, story: string | undefined): string {
    const entry = {
      seed,
      policy,
      settings: settings.map(({ path, value }) => ({ path, value })),
      faults,
      lite,
      version: VERSION,
      randomScheme: RANDOM_SCHEME,
      found: name,
      message: failure.message,
      ...(story === undefined ? {} : { story }),
    };
    return this.folder.write(`${fingerprint}${ENDING}`, stringify(entry, { lineWidth: 0 }));
  }

  private seedOf(path: string): number {
    const document = parseDocument(this.read(path), { prettyErrors: false });
    const [broken] = document.errors;
    if (broken !== undefined) throw new UsageError(`${path}: expected YAML: ${broken.message}`);
    let data: unknown;
    try {
      data = document.toJS();
    } catch (error) {
      throw new UsageError(`${path}: expected YAML without circular or excessive aliases: ${reasonOf(error)}`);
    }
    const entry = entrySchema.safeParse(data);
    if (entry.success) return entry.data.seed;
    const came = typeof data === 'object' && data !== null ? (data as { seed?: unknown }).seed : data;
    throw new UsageError(`${path}: expected a corpus entry { seed, … }: seed: ${entry.error.issues[0]?.message ?? ''}, got ${showValue(came)}`);
  }

  private read(path: string): string {
    try {
      return this.files.readText(path);
    } catch (error) {
      throw new UsageError(`expected to read the corpus file ${JSON.stringify(path)}: ${reasonOf(error)}`);
    }
  }
}
