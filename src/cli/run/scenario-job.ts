import { basename, dirname } from 'node:path';
import type { ResultFile, ResultMeta } from '../../measure/result.js';
import type { PreparedScenario } from '../../prepare.js';
import { assembleResult, rerunCommand } from '../../result-file.js';
import { type Shard, shardSuffix } from '../../results/shard.js';
import { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import type { Progress } from '../progress.js';
import { appendToHistory } from '../report/run-history.js';
import { writeReportFiles, writesFiles } from '../report-files.js';
import { runFolderName } from '../run-folder.js';
import type { SeedRuns } from '../run-seeds.js';
import { type ExplainedRuns, explainRuns } from './explained-runs.js';
import type { GateFiles } from './gate-files.js';
import type { RunArguments } from './options.js';

/** Runs every seed of a scenario, in one of the worlds. */
export interface ScenarioRunner {
  run(scenario: PreparedScenario, seeds: readonly number[], folder: OutputFolder | undefined, progress: Progress): Promise<SeedRuns>;
  /** Throws for what cannot be run this way. */
  check?(scenario: PreparedScenario): void;
}

/** A scenario, and the seeds of it that are run here. */
export interface ScenarioOrder {
  readonly prepared: PreparedScenario;
  readonly seeds: readonly number[];
  /** Of all shards. */
  readonly allSeeds: readonly number[];
}

export interface Finished {
  readonly result: ResultFile;
  /** undefined: nothing was written. */
  readonly reportPath: string | undefined;
}

/** What all scenarios of a command share. */
export interface ScenarioSurroundings {
  readonly options: RunArguments;
  readonly outside: Outside;
  readonly runner: ScenarioRunner;
  readonly gate: GateFiles;
  readonly interrupt: AbortSignal;
}

/** One scenario from its runs to its folder of reports, which appears whole or not at all. */
export class ScenarioJob {
  constructor(
    private readonly order: ScenarioOrder,
    private readonly around: ScenarioSurroundings,
  ) {}

  async run(progress: Progress): Promise<Finished> {
    const { options, outside, runner, interrupt } = this.around;
    const { prepared, seeds } = this.order;
    const startedMs = outside.monotonicMs();
    const date = outside.now();
    const folder = writesFiles(options) ? new OutputFolder(options.out, this.folderName, outside.files, String(process.pid)) : undefined;
    try {
      const done = await runner.run(prepared, seeds, folder, progress);
      const explained = await explainRuns(done.prepared, done.runs, { outside, progress, interrupt });
      const result = this.judged({ ...done, ...explained }, this.meta(date, startedMs));
      progress.update(1, 'writing reports');
      await outside.breathe();
      interrupt.throwIfAborted();
      if (folder !== undefined) await writeReportFiles(result, options.reporters, folder);
      interrupt.throwIfAborted();
      folder?.commit();
      if (folder !== undefined && options.shard === undefined) appendToHistory(result, this.folderName, options.out, outside);
      return { result, reportPath: folder?.path };
    } catch (error) {
      folder?.discard();
      throw error;
    }
  }

  private judged(done: SeedRuns & ExplainedRuns, meta: ResultMeta): ResultFile {
    const { options, gate } = this.around;
    const { seeds, allSeeds } = this.order;
    const assembled = assembleResult(done.prepared, seeds, done.runs, meta, done.agreement);
    const result = { ...assembled, scenario: { ...assembled.scenario, notes: [...assembled.scenario.notes, ...done.notes] } };
    return gate.judge(options.shard === undefined ? result : asShard(result, options.shard, allSeeds, rerunCommand(done.prepared, allSeeds)));
  }

  private meta(date: Date, startedMs: number): ResultMeta {
    const { options, outside } = this.around;
    return {
      date: date.toISOString(),
      ...outside.machine,
      revision: revisionOf(this.order.prepared.file, outside),
      durationMs: Math.round(outside.monotonicMs() - startedMs),
      ...(options.checkDeterminism ? { repeated: true as const } : {}),
    };
  }

  private get folderName(): string {
    const { live, shard } = this.around.options;
    const { prepared, allSeeds } = this.order;
    const name = runFolderName(prepared.name, allSeeds, live.live ? (live.driver ?? 'engine') : undefined);
    return shard === undefined ? name : `${name}${shardSuffix(shard)}`;
  }
}

function asShard(result: ResultFile, shard: Shard, allSeeds: readonly number[], rerun: string): ResultFile {
  return {
    ...result,
    scenario: { ...result.scenario, rerun: `${rerun} --shard ${shard.index}/${shard.of}` },
    shard: { ...shard, seeds: allSeeds, rerun },
  };
}

/** The commit that the scenario lies in; undefined for a file that git does not track. */
function revisionOf(file: string, { git }: Outside): ResultMeta['revision'] {
  const where = ['-C', dirname(file)];
  if (git([...where, 'ls-files', '--error-unmatch', '--', basename(file)]) === undefined) return undefined;
  const sha = git([...where, 'rev-parse', 'HEAD'])?.trim();
  if (sha === undefined || !/^[0-9a-f]{40,64}$/.test(sha)) return undefined;
  return { sha, dirty: git([...where, 'status', '--porcelain', '--untracked-files=no'])?.trim() !== '' };
}
