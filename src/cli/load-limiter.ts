import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LimiterFactory, LimiterSource } from '../core/own-limiter-terms.js';
import type { LimiterModule } from '../limiter-module.js';
import { thrownText } from '../reasons.js';
import { ScriptError, UsageError } from './failures.js';
import { bundleScript } from './load-scenario.js';
import { noFile } from './no-file.js';
import type { Files } from './outside.js';
import { shippedInstead } from './shipped.js';

/** The module of `--limiter`, bundled once for all threads. Nothing of it has run yet. */
export class BundledLimiter {
  private constructor(
    readonly module: LimiterModule,
    private readonly folder: string,
  ) {}

  /** @throws UsageError when there is no such file; ScenarioError when it is no module */
  static async of(file: string, files: Files): Promise<BundledLimiter> {
    if (!files.isFile(file))
      throw new UsageError(`--limiter: expected a TypeScript or JavaScript module, but ${noFile(file, files)}${shippedInstead(file, files)}`);
    const text = await bundleScript(file);
    const folder = mkdtempSync(join(tmpdir(), 'slotstorm-limiter-'));
    const bundle = join(folder, 'limiter.mjs');
    writeFileSync(bundle, text);
    return new BundledLimiter({ file, bundle }, folder);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Reads the module in this thread: whatever it does is done here. @throws ScriptError */
export async function loadLimiter({ file, bundle }: LimiterModule): Promise<LimiterSource> {
  process.setSourceMapsEnabled(true);
  const exported = await readDefault(file, bundle);
  if (typeof exported === 'function') return { file, make: exported as LimiterFactory };
  throw new ScriptError(`${file}: expected the default export to be a function that makes a limiter, got ${exported === undefined ? 'none' : typeof exported}`);
}

async function readDefault(file: string, bundle: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(bundle).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new ScriptError(`${file}: the module threw when it was read: ${thrownText(error)}`);
  }
}
