/** Parts of a text that may hold so many bytes as UTF-8 and no more. */
export class TextBudget {
  private readonly parts: string[] = [];
  private left: number;

  constructor(
    mostBytes: number,
    private readonly separator = '\n\n',
  ) {
    this.left = mostBytes;
  }

  /** @returns whether there was room; a part is taken whole or not at all */
  add(part: string): boolean {
    const bytes = byteLength(part) + byteLength(this.separator);
    if (bytes > this.left) return false;
    this.left -= bytes;
    this.parts.push(part);
    return true;
  }

  /** Keeps room for what has to come last. */
  reserve(part: string): void {
    this.left -= byteLength(part) + byteLength(this.separator);
  }

  toString(): string {
    return this.parts.join(this.separator);
  }
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
