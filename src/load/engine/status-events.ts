/** An event longer than this is no status. Characters. */
const LONGEST_EVENT = 64 * 1024;

/** Reads `text/event-stream`, chunk by chunk: the data of each event, once it is whole. */
export class StatusEvents {
  readonly #decoder = new TextDecoder();
  #rest = '';
  #data: string | undefined;

  constructor(private readonly onEvent: (data: string) => void) {}

  read(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    this.#rest = (lines.pop() as string).slice(0, LONGEST_EVENT);
    for (const line of lines) this.#readLine(line);
  }

  #readLine(line: string): void {
    if (line === '') {
      const data = this.#data;
      this.#data = undefined;
      if (data !== undefined) this.onEvent(data);
    } else if (line.startsWith('data:')) {
      const value = line.slice(line.startsWith('data: ') ? 6 : 5);
      this.#data = (this.#data === undefined ? value : `${this.#data}\n${value}`).slice(0, LONGEST_EVENT);
    }
  }
}
