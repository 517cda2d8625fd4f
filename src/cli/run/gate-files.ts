import { createHash } from 'node:crypto';
import { nearest } from '../../core/nearest-name.js';
import type { Baseline } from '../../measure/comparison/baseline.js';
import { compareWithBaseline } from '../../measure/comparison/compare-with-baseline.js';
import type { Comparison } from '../../measure/comparison/comparison-result.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import { applyGate } from '../../measure/gate/apply-gate.js';
import { asksForBaseline } from '../../measure/gate/gate-exit-code.js';
import { entriesOfNone, type QuarantineEntry } from '../../measure/gate/quarantine.js';
import { warningsAsErrors } from '../../measure/gate/warnings-as-errors.js';
import type { ResultFile } from '../../measure/result.js';
import type { Annotation } from '../../report/ci/annotations.js';
import { terminalText } from '../../report/escape.js';
import { readBaseline } from '../../results/baseline-file.js';
import { UsageError } from '../failures.js';
import { noFile } from '../no-file.js';
import type { Outside } from '../outside.js';
import { readQuarantine } from '../quarantine-file.js';
import type { ShownResult } from '../show-result.js';
import { DEFAULT_BASELINES, DEFAULT_QUARANTINE, type JudgeArguments } from './gate-options.js';
import { missingBaselineAnnotation, missingBaselineNote } from './missing-baseline.js';

/** Of a scenario's, by the scenario's name; those of plans are named by `plan-`. */
const BASELINE_NAME = /^(?!plan-)([a-z0-9][a-z0-9-]*)\.json$/;

interface FoundBaseline {
  readonly baseline: Baseline;
  readonly source: string;
  readonly sha256: string;
}

/** What lies on the disk for scenarios to be judged by: baselines, and the list of what is known to fail. */
export class GateFiles {
  private readonly quarantine: readonly QuarantineEntry[];
  private readonly found = new Map<string, FoundBaseline | undefined>();

  /** @throws UsageError and its like for files that cannot be used, and for words that would do nothing */
  constructor(
    private readonly options: JudgeArguments,
    private readonly outside: Outside,
  ) {
    if (options.missingBaseline === 'pass' && options.baseline === undefined)
      throw new UsageError(
        `--missing-baseline pass goes with --baseline, for example --baseline ${DEFAULT_BASELINES}: without it only scenarios that say regression are held, and none of them may pass without its baseline`,
      );
    this.quarantine = this.readQuarantine();
  }

  /** Reads the baselines of all scenarios, so that a broken one is found before the first run. */
  prepare(scenarios: readonly { readonly name: string }[]): void {
    for (const { name } of scenarios) this.baselineOf(name);
    this.warnOfLikelyNames(scenarios.map(({ name }) => name));
  }

  /** An entry about none of the scenarios may be about another one; one that is nearly about one of them is a slip of the pen. */
  private warnOfLikelyNames(names: readonly string[]): void {
    for (const { scenario, check } of entriesOfNone(this.quarantine, names)) {
      const near = nearest(scenario, names);
      if (near !== undefined)
        this.outside.err.write(
          `slotstorm: the quarantine of ${terminalText(check)} is about ${terminalText(scenario)}, which does not run here; did you mean ${near}?\n`,
        );
    }
  }

  /** The result, judged by everything that there is. */
  judge(assembled: ResultFile): ResultFile {
    const result = this.options.failOn === 'warn' ? warningsAsErrors(assembled) : assembled;
    const today = this.outside.now().toISOString().slice(0, 'YYYY-MM-DD'.length);
    const found = this.baselineOf(result.scenario.name);
    const comparison = this.isHeld(result) ? this.compare(result, found, today) : undefined;
    const compared = comparison === undefined ? result : { ...result, comparison };
    return applyGate(compared, { baseline: found?.baseline, quarantine: this.quarantine, today, allow: this.options.allow });
  }

  /**
   * Says of results that were to be held against a baseline, but have none, that nothing was compared.
   * @returns the same for a CI server
   */
  tellOfMissingBaselines(results: readonly ShownResult[]): Annotation[] {
    const { files, err } = this.outside;
    const { baseline } = this.options;
    if (baseline === undefined) return [];
    const unheld = results.filter(({ result }) => !this.isHeld(result));
    if (unheld.length === 0) return [];
    const orphans = this.orphansIn(baseline, new Set(results.map(({ result }) => result.scenario.name)));
    return unheld.map(({ result, reportPath }) => {
      const missing = {
        file: this.fileOf(result.scenario.name),
        baselines: baseline,
        reports: reportPath !== undefined && files.isFile(`${reportPath}/result.json`) ? reportPath : undefined,
        orphans,
      };
      err.write(`slotstorm: ${terminalText(missingBaselineNote(result.scenario.name, missing))}\n`);
      return missingBaselineAnnotation(result.scenario, missing);
    });
  }

  /** Baselines of scenarios that did not run here: one of them may be that of a scenario which has another name now. */
  private orphansIn(folder: string, ran: ReadonlySet<string>): string[] {
    const { files } = this.outside;
    if (!files.isDirectory(folder)) return [];
    return files
      .list(folder)
      .flatMap(({ name, isDirectory }) => (isDirectory ? [] : (BASELINE_NAME.exec(name)?.slice(1) ?? [])))
      .filter((name) => !ran.has(name))
      .sort();
  }

  private isHeld(result: ResultFile): boolean {
    if (asksForBaseline(result)) return true;
    const { baseline, missingBaseline } = this.options;
    return baseline !== undefined && (missingBaseline === 'undecided' || this.baselineOf(result.scenario.name) !== undefined);
  }

  private compare(result: ResultFile, found: FoundBaseline | undefined, today: string): Comparison {
    if (found === undefined) return noBaseline(this.fileOf(result.scenario.name));
    const { baseline, source, sha256 } = found;
    return compareWithBaseline(result, baseline, { source, sha256, today, allow: this.options.allow, onlyAsked: this.options.baseline === undefined });
  }

  private baselineOf(scenario: string): FoundBaseline | undefined {
    if (!this.found.has(scenario)) this.found.set(scenario, this.readBaseline(scenario));
    return this.found.get(scenario);
  }

  private readBaseline(scenario: string): FoundBaseline | undefined {
    const source = this.fileOf(scenario);
    if (!this.outside.files.isFile(source)) {
      if (this.options.baseline === undefined || this.outside.files.isDirectory(this.options.baseline)) return undefined;
      throw new UsageError(`--baseline: expected a folder of baselines or one baseline file, but ${JSON.stringify(this.options.baseline)} does not exist`);
    }
    const text = this.outside.files.readText(source);
    return { baseline: readBaseline(text, source), source, sha256: createHash('sha256').update(text).digest('hex') };
  }

  private fileOf(scenario: string): string {
    const { baseline = DEFAULT_BASELINES } = this.options;
    return this.outside.files.isFile(baseline) ? baseline : `${baseline}/${scenario}.json`;
  }

  private readQuarantine(): readonly QuarantineEntry[] {
    const { quarantine } = this.options;
    const { files } = this.outside;
    if (quarantine === undefined) return files.isFile(DEFAULT_QUARANTINE) ? readQuarantine(files.readText(DEFAULT_QUARANTINE), DEFAULT_QUARANTINE) : [];
    if (!files.isFile(quarantine)) throw new UsageError(`--quarantine: expected a file, but ${noFile(quarantine, files)}`);
    return readQuarantine(files.readText(quarantine), quarantine);
  }
}

/** Nothing to hold it against: never a silent pass. */
function noBaseline(source: string): Comparison {
  return {
    baseline: { source, tool: '', sha256: '', reason: undefined, updated: undefined },
    rule: 'paired',
    obstacles: [`there is no baseline ${source}; make one with slotstorm baseline update`],
    allowed: [],
    numbers: [],
    behaviour: [],
    latencyCurves: {},
    exitCode: EXIT_CODES.undecided.code,
  };
}
