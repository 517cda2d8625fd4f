import type { ResultFile } from '../../measure/result.js';
import { renderCallsPage } from '../../report/score/calls-page.js';
import type { RecordedExperiment } from '../../score/judge-cell.js';
import type { WireRecord } from '../../score/wire/run-wire.js';
import { VERSION } from '../../version.js';
import type { OutputFolder } from '../output-folder.js';
import { writeReportFiles } from '../report-files.js';

/** Whose experiment it is, and how it can be done again. */
export interface WireOrigin {
  /** As names of folders show it. */
  readonly folder: string;
  readonly provider: string;
  /** What stands behind the address: `an emulator with the policy fal-939`. */
  readonly about: string;
  readonly rerun: string;
  /** ISO 8601 */
  readonly date: string;
}

/** What every cell of the scorecard opens: reports of runs, and records of calls, beside the scorecard. */
export class EvidenceFolder {
  constructor(private readonly folder: OutputFolder) {}

  /** The normal report of a simulated run. @returns its page, relative to the scorecard */
  async addReport(name: string, result: ResultFile): Promise<string> {
    const path = `evidence/${name}`;
    await writeReportFiles(result, ['html'], {
      write: (file, content) => this.folder.write(`${path}/${file}`, content),
      writePieces: (file, pieces) => this.folder.write(`${path}/${file}`, [...pieces].join('')),
    });
    return `${path}/report.html`;
  }

  /** The calls of an experiment over HTTP. */
  addCalls({ question, observed, calls }: WireRecord, origin: WireOrigin): RecordedExperiment {
    const path = `evidence/${origin.folder}-${question}-http`;
    this.folder.write(`${path}/calls.html`, renderCallsPage({ ...origin, ...observed, version: VERSION, calls }));
    this.folder.write(`${path}/calls.json`, `${JSON.stringify({ provider: origin.provider, question, calls }, undefined, 1)}\n`);
    return { observed, evidence: `${path}/calls.html`, rerun: origin.rerun };
  }
}
