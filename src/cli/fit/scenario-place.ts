import { basename, relative, sep } from 'node:path';

/** `scenarios/My Load.yaml` is named `my-load`: a scenario's name names its output folder. */
export function scenarioNameOf(path: string): string {
  const name = basename(path)
    .replace(/\.ya?ml$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'fitted' : name;
}

/** A file as somebody in that folder names it, with slashes on all systems. */
export function pathFrom(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/');
}
