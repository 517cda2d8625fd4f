import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { CertificateError, openCertificateFolder, readCertificate } from '../../src/live/tls/certificate-folder.js';
import { makeAuthority, makeServerCertificate } from '../../src/live/tls/local-authority.js';

const DAY_MS = 86_400_000;
let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'slotstorm-test-')), 'tls');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

describe('the local authority', () => {
  test.each(['localhost', 'fal.run', 'queue.fal.run', 'ws.fal.run', 'rest.fal.ai', 'api.fal.ai', 'v3.fal.media'])(
    'is believed for %s by who trusts it',
    async (servername) => {
      await expect(statusOver(servername)).resolves.toBe(200);
    },
  );

  it('is believed for 127.0.0.1', async () => {
    await expect(statusOver(undefined)).resolves.toBe(200);
  });

  it('is not believed for anybody else’s name', async () => {
    await expect(statusOver('example.com')).rejects.toThrow(/altnames|Host/);
  });

  it('cannot sign for names beyond its own: its certificate says so, critically', async () => {
    const { cert } = makeAuthority(Date.now());
    const file = join(tmpdir(), `slotstorm-ca-${process.pid}.pem`);
    writeFileSync(file, cert);
    const { stdout } = await promisify(execFile)('openssl', ['x509', '-in', file, '-noout', '-text']);
    rmSync(file);
    expect(stdout).toMatch(/Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+DNS:fal.run\s+DNS:fal.ai\s+DNS:fal.media/);
    expect(stdout).toMatch(/CA:TRUE, pathlen:0/);
  });

  it('holds up to the strictest check of OpenSSL', async () => {
    openCertificateFolder(folder);
    const { stdout } = await promisify(execFile)('openssl', ['verify', '-x509_strict', '-CAfile', join(folder, 'ca.pem'), join(folder, 'server.pem')]);
    expect(stdout).toContain('OK');
  });
});

describe('the folder of certificates', () => {
  it('is for its owner only, files and all', () => {
    openCertificateFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).sort()).toEqual(['authority.pem', 'ca.pem', 'server.pem']);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
  });

  it('gives the same certificates again', () => {
    expect(openCertificateFolder(folder)).toEqual(openCertificateFolder(folder));
  });

  it('makes the server’s anew when it is about to expire, and keeps the authority', () => {
    const first = openCertificateFolder(folder);
    const ca = readFileSync(join(folder, 'ca.pem'), 'utf8');
    const later = openCertificateFolder(folder, first.expiresMs - 10 * DAY_MS);
    expect(later.cert).not.toBe(first.cert);
    expect(later.expiresMs).toBeGreaterThan(first.expiresMs);
    expect(readFileSync(join(folder, 'ca.pem'), 'utf8')).toBe(ca);
  });

  it('makes both anew when the authority is over', () => {
    openCertificateFolder(folder);
    const ca = readFileSync(join(folder, 'ca.pem'), 'utf8');
    const later = openCertificateFolder(folder, Date.now() + 3650 * DAY_MS);
    expect(readFileSync(join(folder, 'ca.pem'), 'utf8')).not.toBe(ca);
    expect(new X509Certificate(later.cert).verify(new X509Certificate(readFileSync(join(folder, 'ca.pem'))).publicKey)).toBe(true);
  });

  test.each(['authority.pem', 'server.pem', 'ca.pem'])('mends a damaged %s', (file) => {
    openCertificateFolder(folder);
    writeFileSync(join(folder, file), 'half a k');
    const mended = openCertificateFolder(folder);
    expect(new X509Certificate(mended.cert).verify(new X509Certificate(readFileSync(join(folder, 'ca.pem'))).publicKey)).toBe(true);
  });

  it('says what to do when it cannot be written to', () => {
    writeFileSync(join(folder, '..', 'file'), '');
    const inFile = join(folder, '..', 'file', 'tls');
    expect(() => openCertificateFolder(inFile)).toThrow(
      new CertificateError(
        `expected to keep certificates in the folder ${JSON.stringify(inFile)}: a part of the path is a file, not a folder; name one that can be written to (--tls-folder)`,
      ),
    );
  });
});

describe('a certificate of one’s own', () => {
  const files = (): { readonly cert: string; readonly key: string } => ({ cert: join(folder, '..', 'cert.pem'), key: join(folder, '..', 'key.pem') });

  function write(cert: string, key: string): { readonly cert: string; readonly key: string } {
    writeFileSync(files().cert, cert);
    writeFileSync(files().key, key);
    return files();
  }

  it('is taken as it is', () => {
    const made = makeServerCertificate(makeAuthority(Date.now()), Date.now());
    expect(readCertificate({ ...write(made.cert, made.key), ca: 'ca.pem' })).toMatchObject({ ...made, caFile: 'ca.pem' });
  });

  it('must be in time, belong to its key, and be there', () => {
    const authority = makeAuthority(Date.now());
    const made = makeServerCertificate(authority, Date.now());
    const other = makeServerCertificate(authority, Date.now());
    const old = makeServerCertificate(authority, Date.now() - 100 * DAY_MS);
    expect(() => readCertificate(write(old.cert, old.key))).toThrow(/valid until .* only\. Give a newer one/);
    expect(() => readCertificate(write(made.cert, other.key))).toThrow(/belongs to another key/);
    expect(() => readCertificate(write('x', 'y'))).toThrow(/expected a certificate and a private key in PEM/);
    expect(() => readCertificate({ cert: 'nowhere.pem', key: 'nowhere.pem' })).toThrow(CertificateError);
  });
});

/** Calls a server with the folder's certificate as a client that trusts its authority and no other. */
async function statusOver(servername: string | undefined): Promise<number | undefined> {
  const { cert, key, caFile = '' } = openCertificateFolder(folder);
  const server = createServer({ cert, key }, (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options = { host: '127.0.0.1', port, ca: readFileSync(caFile), agent: false, ...(servername === undefined ? {} : { servername }) };
  try {
    return await new Promise((resolve, reject) => {
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
