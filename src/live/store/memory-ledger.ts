import { type FileBounds, REMEMBERED_FILE_BOUNDS } from './file-bounds.js';
import type { Ledger, StoredFile, StoredState } from './ledger.js';

/** Where nothing outlives the process: forgets all but what is asked for again while it runs, files and the signing key. */
export class MemoryLedger implements Ledger {
  readonly isDurable = false;
  readonly isDirty = false;
  private readonly files = new Map<string, StoredFile>();
  private fileBytes = 0;
  private pem: string | null = null;

  constructor(private readonly bounds: FileBounds = REMEMBERED_FILE_BOUNDS) {}

  load(): StoredState {
    return { clock: null, accounts: [], keys: [], lastOrdinal: 0, requests: [], usage: [], deliveries: [], signingKey: this.pem };
  }

  accepted(): void {}
  started(): void {}
  cancelRequested(): void {}
  ended(): void {}
  forgotten(): void {}
  payloadDeleted(): void {}
  account(): void {}
  key(): void {}
  usage(): void {}
  delivery(): void {}
  delivered(): void {}
  commit(): void {}
  close(): void {}

  signingKey(pem: string): void {
    this.pem = pem;
  }

  file(file: StoredFile): void {
    this.drop(file.id);
    this.files.set(file.id, file);
    this.fileBytes += file.bytes.byteLength;
    this.makePlace(file.createdUs - this.bounds.ageUs);
  }

  readFile(id: string): StoredFile | undefined {
    return this.files.get(id);
  }

  /** The map's order is that of their age. */
  private makePlace(oldestUs: number): void {
    for (const { id, createdUs } of this.files.values()) {
      if (createdUs >= oldestUs && this.fileBytes <= this.bounds.bytes) return;
      this.drop(id);
    }
  }

  private drop(id: string): void {
    const file = this.files.get(id);
    if (file === undefined) return;
    this.files.delete(id);
    this.fileBytes -= file.bytes.byteLength;
  }
}
