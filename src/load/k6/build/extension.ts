import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LoadError } from '../../driver.js';

/** A Go module that goes into a k6: `module[@version][=folder]`. */
export interface Extension {
  readonly module: string;
  /** `v1.2.3`; undefined: the newest. */
  readonly version: string | undefined;
  /** Absolute; undefined: it is fetched. */
  readonly folder: string | undefined;
}

const SHAPE = /^([a-z0-9][a-z0-9.-]*\.[a-z0-9.-]+(?:\/[A-Za-z0-9._~-]+)+)(?:@(v\d[\w.+-]*))?(?:=(.+))?$/;

/** @throws LoadError for what is no module, and for a folder without one */
export function readExtension(text: string): Extension {
  const [, module, version, folder] = SHAPE.exec(text) ?? [];
  if (module === undefined)
    throw new LoadError(
      `--with: expected a Go module such as github.com/me/xk6-mine, with @v1.2.3 or =./folder after it if wanted, got ${JSON.stringify(text)}`,
    );
  if (folder === undefined) return { module, version, folder: undefined };
  const path = resolve(folder);
  if (statSync(join(path, 'go.mod'), { throwIfNoEntry: false })?.isFile() !== true)
    throw new LoadError(`--with: expected a folder with a go.mod of ${module}, but there is none in ${JSON.stringify(folder)}`);
  return { module, version, folder: path };
}

/** As xk6 reads it. */
export function writeExtension({ module, version, folder }: Extension): string {
  return `${module}${version === undefined ? '' : `@${version}`}${folder === undefined ? '' : `=${folder}`}`;
}
