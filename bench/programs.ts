import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Program, ProgramFinder } from './suite.js';

const FLAGS = ['-std=c++17', '-O3', '-march=native'];

/** The compiler of this machine: the one that CXX names, or the first of the usual names that answers. */
export function findCompiler(named: string | undefined): { readonly command: string; readonly version: string } | undefined {
  for (const command of named === undefined ? ['c++', 'g++', 'clang++'] : [named]) {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (status === 0) return { command, version: stdout.split('\n', 1)[0] as string };
  }
  return undefined;
}

/** Programs from this repository: TypeScript that was translated to `scripts`, C++ that is compiled when it is first asked for. */
export class BuiltPrograms implements ProgramFinder {
  private readonly compiled = new Map<string, Pick<Program, 'command' | 'missing'>>();

  /**
   * @param scripts the folder of bench/ after translation
   * @param sources bench/reference
   * @param binaries where compiled programs go
   */
  constructor(
    private readonly scripts: string,
    private readonly sources: string,
    private readonly binaries: string,
    private readonly compiler: string | undefined,
  ) {}

  script(name: string, path: string, ...values: readonly (string | number)[]): Program {
    return { name, command: [process.execPath, join(this.scripts, path), ...values.map(String)] };
  }

  native(name: string, source: string, ...values: readonly (string | number)[]): Program {
    const built = this.compiled.get(source) ?? this.compile(source);
    this.compiled.set(source, built);
    return { name, ...built, command: [...built.command, ...values.map(String)] };
  }

  private compile(source: string): Pick<Program, 'command' | 'missing'> {
    if (this.compiler === undefined) return { command: [], missing: 'no C++ compiler on this machine' };
    mkdirSync(this.binaries, { recursive: true });
    const binary = join(this.binaries, source.replace('.cpp', ''));
    const { status, stderr } = spawnSync(this.compiler, [...FLAGS, join(this.sources, source), '-o', binary], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${source}: ${this.compiler} could not compile it:\n${stderr}`);
    return { command: [binary] };
  }
}
