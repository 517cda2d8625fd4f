import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCertificateFolder, readCertificate, type ServerCertificate } from './certificate-folder.js';

export interface TlsOptions {
  /** 0, any free one, unless told. */
  readonly port?: number | undefined;
  /** Where the local authority is made, or found; without it in a folder of this run's own. */
  readonly folder?: string | undefined;
  /** PEM files of a certificate of one's own, instead. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
}

/** @throws CertificateError for files and folders that cannot be used */
export function certificateFor({ folder, cert, key, ca }: TlsOptions): ServerCertificate {
  if (cert !== undefined && key !== undefined) return readCertificate({ cert, key, ca });
  return openCertificateFolder(folder ?? mkdtempSync(join(tmpdir(), 'slotstorm-tls-')));
}
