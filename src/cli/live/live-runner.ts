import { checkExpressible, runLive } from '../../live-run/live-run.js';
import type { LiveTerms } from '../../live-run/terms.js';
import type { DriverName, Follow } from '../../load/driver.js';
import type { TargetOptions } from '../../load/target/resolve-target.js';
import { agreement } from '../../measure/agreement.js';
import type { RunResult } from '../../measure/result.js';
import type { PreparedScenario } from '../../prepare.js';
import { reasonOf } from '../../reasons.js';
import { UsageError } from '../failures.js';
import type { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import type { Progress } from '../progress.js';
import type { SeedRunner, SeedRuns } from '../run-seeds.js';
import { tracesBeside } from '../trace-files.js';
import { makeDriver } from './drivers.js';
import type { LiveArguments } from './options.js';

const DEFAULT_SPEED = 1;

/** Runs scenarios' seeds live, one after the other: they would take the machine from each other. */
export class LiveRunner {
  private readonly terms: LiveTerms;

  constructor(
    private readonly options: LiveArguments,
    private readonly outside: Outside,
    /** For what is done in virtual time. */
    private readonly seedRunner: SeedRunner,
    private readonly interrupt: AbortSignal,
  ) {
    const driver = options.driver ?? 'engine';
    if (driver === 'autocannon' && options.follow !== undefined && options.follow !== 'none')
      throw new UsageError(`--follow: expected none with --driver autocannon, which knows nothing of a request once it is accepted, got ${options.follow}`);
    this.terms = {
      driver: makeDriver(driver, options, outside),
      speed: options.speed ?? DEFAULT_SPEED,
      follow: options.follow ?? usualFollow(driver),
      processes: options.loadProcesses ?? 1,
      target: targetOf(options, outside),
    };
  }

  /** @throws LoadError for what the driver cannot send */
  check(prepared: PreparedScenario): void {
    checkExpressible(prepared, this.terms);
  }

  /** Every seed of every variant, and the same in virtual time where that was asked for. */
  async run(scenario: PreparedScenario, seeds: readonly number[], _folder: OutputFolder | undefined, progress: Progress): Promise<SeedRuns> {
    if (!this.options.compareWithSim) {
      const prepared = await this.seedRunner.decideWarmups(scenario, seeds, progress);
      return { prepared, runs: await this.runAll(prepared, seeds, progress) };
    }
    const simulated = await this.seedRunner.run(scenario, seeds, undefined, progress);
    const runs = await this.runAll(simulated.prepared, seeds, progress);
    return { prepared: simulated.prepared, runs, agreement: agreement(simulated.runs, runs) };
  }

  private async runAll(prepared: PreparedScenario, seeds: readonly number[], progress: Progress): Promise<RunResult[]> {
    const { terms, outside, interrupt } = this;
    const runs: RunResult[] = [];
    const all = prepared.variants.length * seeds.length;
    for (const variant of prepared.variants) {
      for (const seed of seeds) {
        const done = runs.length;
        const around = {
          traceSource: tracesBeside(prepared.file, outside.files),
          interrupt,
          breathe: () => outside.breathe(),
          progress: (share: number, what: string) =>
            progress.update((done + share) / all, `${[variant.name, `seed ${seed}`].filter((word) => word !== undefined).join(', ')}: ${what}`),
        };
        runs.push(await runLive({ prepared, variant, seed, terms, around }, seed === seeds[0]));
      }
    }
    return runs;
  }
}

/** Whoever can watch does: the clients' view is worth little without. */
function usualFollow(driver: DriverName): Follow {
  return driver === 'engine' ? 'stream' : 'none';
}

function targetOf({ target, key, operatorKey, ca }: LiveArguments, { files }: Outside): TargetOptions | undefined {
  if (target === undefined) return undefined;
  return { url: target, credentials: key, operator: operatorKey, ca: ca === undefined ? undefined : readAuthority(ca, files) };
}

function readAuthority(path: string, files: Outside['files']): string {
  try {
    return files.readText(path);
  } catch (error) {
    throw new UsageError(`--ca: expected to read the PEM file ${JSON.stringify(path)}: ${reasonOf(error)}`);
  }
}
