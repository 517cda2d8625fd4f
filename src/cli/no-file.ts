import type { Files } from './outside.js';

/** Why what was named is no file: `there is no file "x"`, `"x" is a folder, not a file`. */
export function noFile(path: string, files: Files): string {
  const named = JSON.stringify(path);
  return files.isDirectory(path) ? `${named} is a folder, not a file` : `there is no file ${named}`;
}
