import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { RANDOM_SCHEME } from '../../core/random.js';
import type { FuzzBounds } from '../../fuzz/bounds.js';
import type { Discovery } from '../../fuzz/discovery.js';
import type { KnownStory } from '../../fuzz/jobs.js';
import { mustReadStory } from '../../fuzz/story.js';
import { reasonOf } from '../../reasons.js';
import { ScenarioError, showValue } from '../../scenario/problems.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { VERSION } from '../../version.js';
import { UsageError } from '../failures.js';
import type { Files } from '../outside.js';
import type { FuzzFolder } from './fuzz-folder.js';

/** What is read of a corpus file; the rest says how it was found. */
const entrySchema = z.looseObject({
  seed: z
    .int({ error: 'expected a whole number from 0 up' })
    .min(0, { error: 'expected a whole number from 0 up' })
    .max(2 ** 52, { error: 'expected a whole number up to 2^52' }),
  found: z.string({ error: 'expected the name of what was broken, such as S-ORPH' }).optional(),
  // Entries used to name the story's file here.
  story: z.union([z.record(z.string(), z.unknown()), z.string()], { error: 'expected a scenario' }).optional(),
});

/** A story that broke something once, and the file it lies in. */
export interface CorpusStory extends KnownStory {
  readonly path: string;
  /** Of the file, without its ending. */
  readonly name: string;
}

export interface CorpusEntries {
  readonly stories: readonly CorpusStory[];
  /** Of entries that hold no story, each once. They are drawn within the bounds of today. */
  readonly seeds: readonly number[];
}

const ENDING = '.yaml';

/** What was found once, one file each: the minimal story, as it was found, and what it broke. */
export class Corpus {
  constructor(
    private readonly folder: FuzzFolder,
    private readonly files: Files,
  ) {}

  /** Makes the folder. @throws UsageError */
  prepare(): void {
    this.folder.prepare();
  }

  /** In the order of the file names. A folder that is not there yet is empty. @throws UsageError for a file that is no entry */
  entries(): CorpusEntries {
    const { path } = this.folder;
    const stories: CorpusStory[] = [];
    const seeds = new Set<number>();
    for (const file of this.fileNames()) {
      const { seed, found, story } = this.read(`${path}/${file}`);
      if (story === undefined) seeds.add(seed);
      else stories.push({ path: `${path}/${file}`, name: file.slice(0, -ENDING.length), found, story });
    }
    return { stories, seeds: [...seeds] };
  }

  /** Adds what was found. @returns its path */
  add({ fingerprint, seed, name, failure }: Discovery, { policy, settings, faults, lite }: FuzzBounds, story: ScenarioInput): string {
    const entry = {
      found: name,
      message: failure.message,
      seed,
      policy,
      settings: settings.map(({ path, value }) => ({ path, value })),
      faults,
      lite,
      version: VERSION,
      randomScheme: RANDOM_SCHEME,
      story,
    };
    return this.folder.write(`${fingerprint}${ENDING}`, stringify(entry, { lineWidth: 0 }));
  }

  private fileNames(): string[] {
    const { path } = this.folder;
    if (!this.files.isDirectory(path)) {
      if (this.files.isFile(path)) throw new UsageError(`--corpus: expected a folder, but ${JSON.stringify(path)} is a file`);
      return [];
    }
    const entries = this.files.list(path).filter(({ name, isDirectory }) => !isDirectory && name.endsWith(ENDING) && !name.startsWith('.'));
    return entries.map(({ name }) => name).sort();
  }

  private read(path: string): { readonly seed: number; readonly found: string | undefined; readonly story: ScenarioInput | undefined } {
    const data = this.dataOf(path);
    const entry = entrySchema.safeParse(data);
    if (!entry.success) {
      const [issue] = entry.error.issues;
      const field = issue?.path[0] ?? 'seed';
      const came = typeof data === 'object' && data !== null ? (data as Record<PropertyKey, unknown>)[field] : data;
      throw new UsageError(`${path}: expected a corpus entry { seed, found, story, … }: ${String(field)}: ${issue?.message ?? ''}, got ${showValue(came)}`);
    }
    const { seed, found, story } = entry.data;
    return { seed, found, story: typeof story === 'object' ? readable(story as unknown as ScenarioInput, path) : undefined };
  }

  private dataOf(path: string): unknown {
    const document = parseDocument(this.text(path), { prettyErrors: false });
    const [broken] = document.errors;
    if (broken !== undefined) throw new UsageError(`${path}: expected YAML: ${broken.message}`);
    try {
      return document.toJS();
    } catch (error) {
      throw new UsageError(`${path}: expected YAML without circular or excessive aliases: ${reasonOf(error)}`);
    }
  }

  private text(path: string): string {
    try {
      return this.files.readText(path);
    } catch (error) {
      throw new UsageError(`expected to read the corpus file ${JSON.stringify(path)}: ${reasonOf(error)}`);
    }
  }
}

/** What cannot be run is said before any thread starts. */
function readable(story: ScenarioInput, path: string): ScenarioInput {
  try {
    mustReadStory(story, `${path}: story`);
    return story;
  } catch (error) {
    if (error instanceof ScenarioError)
      throw new UsageError(`${error.message}\nA story that slotstorm cannot read any more proves nothing: mend it, or remove the file.`);
    throw error;
  }
}
