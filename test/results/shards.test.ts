import fc from 'fast-check';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { loadScenario } from '../../src/cli/load-scenario.js';
import { realOutside } from '../../src/cli/outside.js';
import type { ResultFile, VariantInfo } from '../../src/measure/result.js';
import { warmupNotes } from '../../src/measure/warmup-notes.js';
import { prepareScenario } from '../../src/prepare.js';
import { assembleResult, resultJson } from '../../src/result-file.js';
import type { GivenResult } from '../../src/results/check-shards.js';
import { mergeResults } from '../../src/results/merge-results.js';
import { readResultPieces } from '../../src/results/read-result.js';
import { ResultError } from '../../src/results/result-error.js';
import { parseShard, shardSeeds, shardSuffix } from '../../src/results/shard.js';
import { fixture } from '../report/fixture.js';
import { realResult } from '../report/real-result.js';

const SHARDS = 5;
const RERUN = 'npx slotstorm run x.yaml --seed 1 --seeds 12';
const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);

describe('the shards of a run', () => {
  it('are dealt like cards: all runs, each once, none more than one more than another', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (counts, of) => {
        const hands = Array.from({ length: of }, (_, at) => dealt(counts, at + 1, of));
        const sizes = hands.map((hand) => hand.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(hands.flat().sort()).toEqual(counts.flatMap((count, scenario) => seedsTo(count).map((seed) => `${scenario}:${seed}`)).sort());
      }),
      { seed: 7 },
    );
  });

  it('of one scenario are spread over all its seeds', () => {
    expect(shardSeeds([1, 2, 3, 4, 5, 6, 7], { index: 2, of: 3 })).toEqual([2, 5]);
    expect(shardSeeds([1, 2, 3], { index: 2, of: 3 }, 2)).toEqual([3]);
    expect(shardSeeds([1], { index: 2, of: 3 })).toEqual([]);
  });

  it('are named 2/5, and so is their folder', () => {
    expect(parseShard('2/5')).toEqual({ index: 2, of: 5 });
    expect(shardSuffix({ index: 2, of: 5 })).toBe('-shard-2-of-5');
    for (const wrong of ['', '2', '0/5', '6/5', '2/', '/5', '-1/5', '1.5/5', '2/5/6', 'x/y', '1/99999', '1e3/5000'])
      expect(() => parseShard(wrong), wrong).toThrow(ResultError);
  });
});

describe('shards that are merged', { timeout: 120_000 }, () => {
  test.each([
    ['a story about several policies', 'scenarios/key-revocation-mid-flight.yaml'],
    ['a story of the zoo', 'scenarios/zoo/lost-release.yaml'],
  ])('%s: they are what one run of all seeds would have written, byte for byte', async (_name, file) => {
    const whole = await realResult(file, SEEDS);
    const shards = await shardsOf(file);
    const [merged, ...others] = mergeResults([...shards].reverse());
    expect(others).toEqual([]);
    expect(merged!.missing).toBeUndefined();
    expect(resultJson({ ...merged!.result, meta: whole.meta })).toBe(resultJson({ ...whole, scenario: { ...whole.scenario, rerun: RERUN } }));
  });

  it('say of the warm-up what holds for all of them', async () => {
    const late: Partial<VariantInfo> = { warmupUs: 105_000_000, warmupRule: 'by hand', warmupFound: false };
    const loaded = (result: ResultFile): ResultFile => {
      const runs = result.runs.map((run) => ({ ...run, loadEndUs: run.seed * 10_000_000 }));
      const variants = result.variants.map((info) => ({ ...info, ...late }));
      const least = Math.min(...runs.map((run) => run.loadEndUs));
      return { ...result, runs, variants, scenario: { ...result.scenario, notes: ['before', ...variants.flatMap((info) => warmupNotes(info, least))] } };
    };
    const shards = (await shardsOf('scenarios/burst-submission.yaml')).map((given) => ({ ...given, result: loaded(given.result) }));
    const [merged] = mergeResults(shards);
    const whole = loaded(await realResult('scenarios/burst-submission.yaml', SEEDS));
    expect(merged!.result.scenario.notes).toEqual(whole.scenario.notes);
    expect(whole.scenario.notes.join(' ')).toContain('leaves nothing of the load (10s)');
    expect(shards[2]!.result.scenario.notes.join(' ')).toContain('leaves nothing of the load (30s)');
  });

  it('say it in the words of the run itself', async () => {
    const prepared = prepareScenario(await loadScenario('scenarios/key-revocation-mid-flight.yaml', realOutside().files));
    const whole = await realResult('scenarios/key-revocation-mid-flight.yaml');
    const variants = prepared.variants.map((variant) => ({ ...variant, warmup: { us: 700_000_000, rule: 'by hand', isSteady: false } }));
    const result = assembleResult({ ...prepared, variants }, [1], whole.runs, whole.meta);
    const said = result.variants.flatMap((info) => warmupNotes(info, 600_000_000));
    expect(said.length).toBe(3 * variants.length);
    expect(result.scenario.notes.slice(-said.length)).toEqual(said);
  });

  it('say of the first seed what its shard says, whichever that is', async () => {
    const given = (await shardsOf('scenarios/burst-submission.yaml')).map(({ result, ...one }) => {
      const notes = [...result.scenario.notes, `no minimal trace of L-REL with seed ${result.seeds[0]}`];
      return { ...one, result: { ...result, scenario: { ...result.scenario, notes }, shard: { ...result.shard!, index: (result.shard!.index % SHARDS) + 1 } } };
    });
    expect(mergeResults(given)[0]!.result.scenario.notes.at(-1)).toBe('no minimal trace of L-REL with seed 1');
  });

  it('ran on changed files where one of them did, whichever that is', async () => {
    const shards = await shardsOf('scenarios/burst-submission.yaml');
    const mergedWith = (dirty: readonly number[]) => {
      const at = (n: number) => ({ sha: 'a'.repeat(40), dirty: dirty.includes(n) });
      const given = shards.map((one, n) => ({ ...one, result: { ...one.result, meta: { ...one.result.meta, revision: at(n) } } }));
      return mergeResults(given)[0]!.result.meta.revision;
    };
    expect(mergedWith([])).toEqual({ sha: 'a'.repeat(40), dirty: false });
    for (const n of [0, 2, 4]) expect(mergedWith([n])).toEqual({ sha: 'a'.repeat(40), dirty: true });
  });

  it('ran at no commit where they ran at several', async () => {
    const shards = await shardsOf('scenarios/burst-submission.yaml');
    const given = shards.map((one, n) => {
      const revision = { sha: (n === 3 ? 'b' : 'a').repeat(40), dirty: false };
      return { ...one, result: { ...one.result, meta: { ...one.result.meta, revision } } };
    });
    expect(mergeResults(given)[0]!.result.meta.revision).toBeUndefined();
  });

  it('of several scenarios are told apart', async () => {
    const given = [...(await shardsOf('scenarios/burst-submission.yaml')), ...(await shardsOf('scenarios/direct-calls-retry.yaml'))];
    expect(mergeResults(given).map(({ result }) => [result.scenario.name, result.seeds])).toEqual([
      ['burst-submission', SEEDS],
      ['direct-calls-retry', SEEDS],
    ]);
  });
});

describe('results that do not belong together', { timeout: 120_000 }, () => {
  let shards: readonly GivenResult[];
  const merge = (given: readonly GivenResult[], allowMissing = false) => mergeResults(given, allowMissing);
  const changed = (at: number, change: (result: ResultFile) => Partial<ResultFile>): GivenResult[] =>
    shards.map((given, n) => (n === at ? { ...given, result: { ...given.result, ...change(given.result) } } : given));

  beforeAll(async () => {
    shards = await shardsOf('scenarios/burst-submission.yaml');
  });

  it('are refused where one is given twice', () => {
    expect(() => merge([...shards, { ...shards[1]!, file: 'again.json' }])).toThrow(
      'again.json: expected every shard once, got shard 2 of 5 also in shard-2.json; leave one of them out',
    );
  });

  it('are refused where a file is named twice, and the file is named once', () => {
    expect(() => merge([...shards, shards[1]!])).toThrow('shard-2.json: expected every shard once, but this file was named twice; name it once');
  });

  it('are refused where several scenarios lack shards, all of which are named', () => {
    const renamed = shards.map(({ result, ...given }) => ({ ...given, result: { ...result, scenario: { ...result.scenario, name: 'other' } } }));
    expect(() => merge([...shards.slice(1), ...renamed.slice(0, 4)])).toThrow(
      /^burst-submission: expected all shards of the run, but 4 of 5 .* seeds 1, 6, 11\nother: expected all shards of the run, but 4 of 5 .* shard 5, .*; give them too/,
    );
  });

  it('are refused where one is missing, and which is said', () => {
    const some = shards.filter((_, at) => at !== 1 && at !== 3);
    expect(() => merge(some)).toThrow(
      'burst-submission: expected all shards of the run, but 3 of 5 shards were given; missing: shards 2, 4, with seeds 2, 4, 7, 9, 12; give them too, or take what there is with --allow-missing (exit code 96)',
    );
  });

  it('may be taken as far as they go, which the result then says', () => {
    const [{ result, missing, allSeeds }] = merge(shards.slice(0, 2), true) as [ReturnType<typeof merge>[number]];
    expect(missing).toContain('missing: shards 3, 4, 5');
    expect(result.incomplete).toBe(missing);
    expect(allSeeds).toEqual(SEEDS);
    expect(result.seeds).toEqual([1, 2, 6, 7, 11, 12]);
    expect(result.runs.every((run) => result.seeds.includes(run.seed))).toBe(true);
    expect(result.variants[0]!.acrossSeeds?.seeds).toBe(6);
  });

  it('lose the evidence of all but the first seed that is there', () => {
    const [{ result }] = merge(shards.slice(1), true) as [ReturnType<typeof merge>[number]];
    expect(new Set(result.runs.filter((run) => run.evidence !== undefined).map((run) => run.seed))).toEqual(new Set([2]));
  });

  test.each<readonly [what: string, change: (result: ResultFile) => Partial<ResultFile>, message: string]>([
    [
      'another scenario of the name',
      ({ scenario }) => ({ scenario: { ...scenario, sha256: 'f'.repeat(64) } }),
      'expected the scenario (sha256) of shard-1.json, ',
    ],
    ['another version of slotstorm', () => ({ tool: { name: 'slotstorm', version: '99.0.0' } }), 'expected the version of slotstorm of shard-1.json, '],
    ['another random scheme', () => ({ randomScheme: 99 }), 'expected the random scheme of shard-1.json, '],
    [
      'the other world',
      ({ runs }) => ({ runs: runs.map((run) => ({ ...run, live: { driver: 'k6', target: { kind: 'own', url: '' } } as never })) }),
      'expected the world of shard-1.json, simulated, got live, k6 against own',
    ],
    ['another number of shards', ({ shard }) => ({ shard: { ...shard!, of: 6 } }), 'expected the number of shards of shard-1.json, 5, got 6'],
    ['another command', ({ shard }) => ({ shard: { ...shard!, rerun: 'npx slotstorm run y.yaml' } }), 'expected the command of the whole run of shard-1.json'],
    ['other seeds', ({ shard }) => ({ shard: { ...shard!, seeds: [...shard!.seeds, 99] } }), 'expected the seeds of the whole run of shard-1.json, got others'],
    [
      'other variants',
      ({ variants }) => ({ variants: variants.map((info) => ({ ...info, policy: 'mine' })) }),
      'expected the variants of shard-1.json, got others',
    ],
    ['a whole run', () => ({ shard: undefined }), 'expected a shard, as "slotstorm run --shard 2/5" writes it, got the result of a whole run'],
    ['a seed of another shard', () => ({ seeds: [1, 3, 8] }), 'the file is damaged'],
    ['a run left out', ({ runs }) => ({ runs: runs.slice(1) }), 'expected a run of every variant with every seed'],
    ['agreement with a simulation', () => ({ agreement: [] }), 'expected shards without --compare-with-sim'],
  ])('are refused: %s', (_what, change, message) => {
    expect(() => merge(changed(2, change))).toThrow(message);
    expect(() => merge(changed(2, change))).toThrow(ResultError);
  });

  it('are refused where they were written with different schema versions', () => {
    expect(() => merge(shards.map((given, at) => (at === 2 ? { ...given, schemaVersion: 1 } : given)))).toThrow(
      'shard-3.json: expected the schema version of shard-1.json, 2, got 1',
    );
    expect(() => merge([{ file: 'old.json', schemaVersion: 1, result: fixture() }])).toThrow(
      'old.json: expected a shard, as "slotstorm run --shard 2/5" writes it, got the result of a whole run (of schema version 1, which had no shards)',
    );
  });
});

/** What a shard of several scenarios, with so many seeds each, gets. */
function dealt(counts: readonly number[], index: number, of: number): string[] {
  let before = 0;
  return counts.flatMap((count, scenario) => {
    const own = shardSeeds(seedsTo(count), { index, of }, before);
    before += count;
    return own.map((seed) => `${scenario}:${seed}`);
  });
}

function seedsTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

/** Five shards of a shipped scenario, as they are read from their files. */
async function shardsOf(file: string): Promise<GivenResult[]> {
  return Promise.all(
    Array.from({ length: SHARDS }, async (_, at) => {
      const shard = { index: at + 1, of: SHARDS };
      const result = await realResult(file, shardSeeds(SEEDS, shard));
      const written = {
        ...result,
        scenario: { ...result.scenario, rerun: `${RERUN} --shard ${at + 1}/${SHARDS}` },
        shard: { ...shard, seeds: SEEDS, rerun: RERUN },
      };
      return readResultPieces([resultJson(written)], `shard-${at + 1}.json`);
    }),
  );
}
