/** What happens, for a log. */
export type WorkerLog = (event: string, fields: Readonly<Record<string, string | number>>) => void;

/** What goes wrong again and again in the same way is said once. */
export class Trouble {
  private last: string | undefined;

  constructor(
    private readonly log: WorkerLog,
    private readonly fields: Readonly<Record<string, string>> = {},
  ) {}

  note(message: string): void {
    if (message === this.last) return;
    this.last = message;
    this.log('trouble', { ...this.fields, error: message });
  }

  /** It went well: the next trouble is a new one. */
  end(): void {
    this.last = undefined;
  }
}
