import { parseJson } from './parse-json.js';
import { ResultError } from './result-error.js';

/** The line at which the runs begin and end, as `resultJson` writes them; no text in a file holds a line break. */
const BEGINNING = '\n "runs": [\n';
const BETWEEN = '\n  },\n';
const ENDING = '\n  }\n ]';
/** How much of both belongs to the run. */
const RUN_END = '\n  }'.length;

/** A string can hold a little more. */
const LONGEST_STRING = 500_000_000;

/** Collects a result that comes in pieces. One that is too long for a string is parsed run by run. */
export class RunSplitter {
  private text = '';
  /** What stands before the runs, once the text is taken apart. */
  private head: string | undefined;
  private readonly runs: unknown[] = [];
  /** Where in `text` no end of a run was found yet. */
  private searched = 0;
  private isOver = false;

  constructor(
    private readonly file: string,
    /** The text is taken apart when it is longer. */
    private lookAt: number,
  ) {}

  add(piece: string): void {
    if (this.text.length + piece.length > LONGEST_STRING) throw new ResultError(`${this.file}: ${this.tooLong()}`);
    this.text += piece;
    if (this.head !== undefined && !this.isOver) this.takeRuns();
    else if (this.head === undefined && this.text.length > this.lookAt) this.takeHead();
  }

  /** @returns the data of the whole result @throws ResultError */
  finish(): unknown {
    if (this.head === undefined) return parseJson(this.text, this.file);
    if (!this.isOver)
      throw new ResultError(
        `${this.file}: expected JSON, but it breaks off within run ${this.runs.length + 1}: run the scenario again, or copy the file again`,
      );
    const frame = parseJson(`${this.head}\n "runs": []${this.text}`, this.file);
    return typeof frame === 'object' && frame !== null ? { ...frame, runs: this.runs } : frame;
  }

  private takeHead(): void {
    const at = this.text.indexOf(BEGINNING);
    // To look through all of it after every piece would take for ever.
    this.lookAt *= 2;
    if (at < 0) return;
    this.head = this.text.slice(0, at);
    this.text = this.text.slice(at + BEGINNING.length - 1);
    this.takeRuns();
  }

  private tooLong(): string {
    const characters = `${LONGEST_STRING.toLocaleString('en-US')} characters`;
    if (this.head === undefined)
      return `expected a result as slotstorm writes it, got more than ${characters} of something else; long ones are read only as they were written`;
    return `expected no part of a result to be longer than ${characters}, got one that is`;
  }

  /** Takes all runs off the text that are complete. */
  private takeRuns(): void {
    const end = this.text.indexOf(ENDING, this.searched);
    let from = 0;
    for (;;) {
      const between = this.text.indexOf(BETWEEN, Math.max(from, this.searched));
      if (between < 0 || (end >= 0 && end < between)) break;
      this.takeRun(from, between + RUN_END);
      from = between + BETWEEN.length - 1;
    }
    if (end >= 0) {
      this.takeRun(from, end + RUN_END);
      this.text = this.text.slice(end + ENDING.length);
      this.isOver = true;
      return;
    }
    this.text = this.text.slice(from);
    this.searched = Math.max(0, this.text.length - ENDING.length);
  }

  private takeRun(from: number, to: number): void {
    this.runs.push(parseJson(this.text.slice(from, to), this.file));
  }
}
