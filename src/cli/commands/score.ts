import { PRESET_NAMES, type PresetName } from '../../core/policy.js';
import type { PriceRow, ScoreProvider, ScoreResult } from '../../measure/score/score-result.js';
import { terminalText } from '../../report/escape.js';
import { assembleScore, notCleanedUp, profileProvider } from '../../score/assemble.js';
import { missingAnswers, scoreExitCode } from '../../score/gate.js';
import { shellWord } from '../../shell-commands.js';
import { Interrupted } from '../failures.js';
import { milliseconds } from '../option-values.js';
import { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import { type Progress, runWithProgress } from '../progress.js';
import { renewIndexPage } from '../report/run-history.js';
import { EvidenceFolder } from '../score/evidence-folder.js';
import { checkLiveOptions, type LiveProvider, openLive } from '../score/live-provider.js';
import { DEFAULT_TIME_LIMIT, type ScoreArguments } from '../score/options.js';
import { type ProfileExperiment, SimulatedScore } from '../score/simulated-evidence.js';
import { tryLive, tryProfiles } from '../score/wire-evidence.js';
import { showScore, writeScore } from '../score/write-score.js';

const FOLDER = 'score';
/** Share of the progress that simulation takes. */
const SIMULATED_SHARE = 0.5;

/** Answers the five questions of seed 000 by experiment, for profiles and for a live server. @returns the exit code */
export async function scoreCommand(options: ScoreArguments, outside: Outside, stream?: NodeJS.WriteStream): Promise<number> {
  checkLiveOptions(options);
  const interrupt = new AbortController();
  let left: readonly string[] = [];
  const stopListening = outside.onInterrupt(() => interrupt.abort(new Interrupted('interrupted: no scorecard was written')));
  try {
    const live = options.target === undefined ? undefined : await openLive(options, outside.files, interrupt.signal);
    const scoring = new Scoring(options, live, outside, interrupt.signal, (what) => {
      left = what;
    });
    const [scored] = (await runWithProgress([{ title: 'score', run: (progress) => scoring.run(progress) }], outside.err, stream)) as [Scored];
    await renewIndexPage(options.out, outside);
    const missing = missingAnswers(scored.result, options.require);
    await showScore(scored.result, scored.path, missing, options, outside);
    return scoreExitCode(missing);
  } catch (error) {
    throw withLeft(error, left, outside);
  } finally {
    stopListening();
  }
}

/** Without a scorecard nothing else would say what was left on somebody's server. */
function withLeft(error: unknown, left: readonly string[], { err }: Outside): unknown {
  if (left.length === 0) return error;
  if (error instanceof Interrupted) return new Interrupted(`${error.message}. ${notCleanedUp(left)}`);
  err.write(`slotstorm: ${terminalText(notCleanedUp(left))}\n`);
  return error;
}

interface Scored {
  readonly result: ScoreResult;
  /** Of the page. */
  readonly path: string;
}

/** One scorecard, from its experiments to its folder, which appears whole or not at all. */
class Scoring {
  private readonly profiles: readonly PresetName[];
  private readonly date: string;
  private readonly command: string;

  constructor(
    private readonly options: ScoreArguments,
    private readonly live: LiveProvider | undefined,
    private readonly outside: Outside,
    private readonly interrupt: AbortSignal,
    private readonly cleanedUp: (left: readonly string[]) => void,
  ) {
    const { profiles } = options;
    this.profiles = profiles.length > 0 ? profiles : live === undefined ? PRESET_NAMES : [];
    this.date = outside.now().toISOString();
    this.command = commandOf(options);
  }

  async run(progress: Progress): Promise<Scored> {
    const folder = new OutputFolder(this.options.out, FOLDER, this.outside.files, String(process.pid));
    try {
      const result = await this.score(new EvidenceFolder(folder), progress);
      await writeScore(result, folder);
      this.interrupt.throwIfAborted();
      folder.commit();
      return { result, path: `${folder.path}/score.html` };
    } catch (error) {
      folder.discard();
      throw error;
    }
  }

  private async score(folder: EvidenceFolder, progress: Progress): Promise<ScoreResult> {
    const { options } = this;
    const fromProfiles = await this.scoreProfiles(folder, progress);
    const left: string[] = [];
    const fromLive = await this.scoreLive(folder, progress, left);
    return assembleScore({
      providers: [...fromProfiles.providers, ...(fromLive === undefined ? [] : [fromLive])],
      prices: fromProfiles.prices,
      seed: options.seed,
      seeds: options.seeds,
      command: this.command,
      date: this.date,
      left,
    });
  }

  private async scoreProfiles(
    folder: EvidenceFolder,
    progress: Progress,
  ): Promise<{ readonly providers: ScoreProvider[]; readonly prices: readonly PriceRow[] }> {
    const { profiles, options, outside, interrupt } = this;
    if (profiles.length === 0) return { providers: [], prices: [] };
    const seeds = Array.from({ length: options.seeds }, (_, n) => options.seed + n);
    const order = { profiles, seeds, workers: options.workers, stuckUsdPerSecond: options['stuck-price'] };
    const simulated = await new SimulatedScore(order, outside, interrupt).run(folder, (share, what) => progress.update(share * SIMULATED_SHARE, what));
    // Over HTTP time is the wall clock's: nothing else may keep this process busy meanwhile.
    const wired = await tryProfiles(profiles, this.around(folder), (what) => progress.update(SIMULATED_SHARE, what));
    const all: readonly ProfileExperiment[] = [...simulated.experiments, ...wired];
    return {
      providers: profiles.map((profile) =>
        profileProvider(profile, (question) => all.filter((one) => one.profile === profile && one.question === question).map(({ recorded }) => recorded)),
      ),
      prices: simulated.prices,
    };
  }

  /** @param left gets what could not be cleaned up */
  private async scoreLive(folder: EvidenceFolder, progress: Progress, left: string[]): Promise<ScoreProvider | undefined> {
    if (this.live === undefined) return undefined;
    const cleanedUp = (what: readonly string[]): void => {
      left.push(...what);
      this.cleanedUp(what);
    };
    const terms = { command: this.command, timeLimitMs: this.options['time-limit'], cleanedUp };
    return await tryLive(this.live, this.around(folder), terms, (what) => progress.update(SIMULATED_SHARE, what));
  }

  private around(folder: EvidenceFolder) {
    return { outside: this.outside, folder, interrupt: this.interrupt, date: this.date };
  }
}

/** What makes it again. Keys are for whoever runs it to say, in the variables that are named. */
function commandOf(options: ScoreArguments): string {
  const { profiles, seeds, seed, target, require } = options;
  const stuckPrice = options['stuck-price'];
  return [
    ...(target === undefined ? [] : ['SLOTSTORM_KEY="$SLOTSTORM_KEY"']),
    ...(options['operator-key'] === undefined ? [] : ['SLOTSTORM_OPERATOR_KEY="$SLOTSTORM_OPERATOR_KEY"']),
    'npx slotstorm score',
    ...(profiles.length === 0 ? [] : [`--profiles ${profiles.join(',')}`]),
    ...(seed === 1 ? [] : [`--seed ${seed}`]),
    ...(target !== undefined && profiles.length === 0 ? [] : [`--seeds ${seeds}`]),
    ...(stuckPrice === undefined ? [] : [`--stuck-price ${stuckPrice}`]),
    ...(target === undefined ? [] : targetWords(options)),
    ...(require.length === 0 ? [] : [`--require ${require.join(',')}`]),
  ]
    .map(terminalText)
    .join(' ');
}

function targetWords({ target = '', endpoint, ca, yes, 'time-limit': timeLimitMs }: ScoreArguments): string[] {
  return [
    `--target ${shellWord(target)}`,
    ...(endpoint === undefined ? [] : [`--endpoint ${shellWord(endpoint)}`]),
    ...(ca === undefined ? [] : [`--ca ${shellWord(ca)}`]),
    ...(timeLimitMs === milliseconds('--time-limit', DEFAULT_TIME_LIMIT) ? [] : [`--time-limit ${timeLimitMs}ms`]),
    ...(yes ? ['--yes'] : []),
  ];
}
