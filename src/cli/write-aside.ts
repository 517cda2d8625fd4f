import type { Files } from './outside.js';

/** Writes a file that appears whole or not at all: nothing of it stays behind when that fails. Pipes, devices and links are written to. */
export function writeAside(files: Files, path: string, text: string): void {
  writeAllAside(files, [[path, text]]);
}

/** The same for several files: all of them are written before any is put in its place. */
export function writeAllAside(files: Files, texts: readonly (readonly [path: string, text: string])[]): void {
  // To put a file in its place would take a pipe or a device from everybody. Links are among them: /dev/stdout is one.
  const direct = texts.filter(([path]) => files.isSpecial(path));
  const planned = texts.filter((text) => !direct.includes(text)).map(([path, text]) => ({ path, aside: asideOf(path), text }));
  try {
    for (const { aside, text } of planned) files.write(aside, text);
    for (const { aside, path } of planned) files.rename(aside, path);
    for (const [path, text] of direct) files.write(path, text);
  } catch (error) {
    for (const { aside } of planned) removeIfPossible(files, aside);
    throw error;
  }
}

/** In the same folder, so that a rename is all it takes; hidden, so that nobody takes it for a file of ours. */
function asideOf(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}.${path.slice(slash)}.${process.pid}.part`;
}

/** What went wrong before is what the user should hear of. */
function removeIfPossible(files: Files, path: string): void {
  try {
    files.remove(path);
  } catch {
    // Said by the error that led here.
  }
}
