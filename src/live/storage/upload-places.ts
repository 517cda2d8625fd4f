/** Bytes that bodies under way may take, all callers together: each is held in memory until it is whole. */
export class UploadPlaces {
  #taken = 0;

  /** @param mostFileBytes counted for a body whose length is not told */
  constructor(
    private readonly mostFileBytes: number,
    private readonly most = 4 * mostFileBytes,
  ) {}

  get taken(): number {
    return this.#taken;
  }

  /** @param contentLength header of the body @returns bytes to give back; undefined: too many are under way */
  take(contentLength: string | undefined): number | undefined {
    const told = contentLength === undefined ? Number.NaN : Number(contentLength);
    const bytes = Number.isSafeInteger(told) && told >= 0 ? Math.min(told, this.mostFileBytes) : this.mostFileBytes;
    if (this.#taken + bytes > this.most) return undefined;
    this.#taken += bytes;
    return bytes;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}
