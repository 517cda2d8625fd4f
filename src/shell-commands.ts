import type { PreparedScenario } from './prepare.js';

/** A word for a POSIX shell, quoted only where it needs it. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./=:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** `--set` of everything that the command line has changed. */
export function settingWords({ settings }: Pick<PreparedScenario, 'settings'>): string[] {
  return settings.map(({ path, value }) => `--set ${shellWord(`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`);
}

/** `--limiter`, where one was given. */
export function limiterWords({ limiter }: Pick<PreparedScenario, 'limiter'>): string[] {
  return limiter === undefined ? [] : [`--limiter ${shellWord(limiter.file)}`];
}

/** The command that replays a run of a variant, but for its seed. */
export function replayCommand(prepared: Pick<PreparedScenario, 'file' | 'settings' | 'limiter'>, variant: string | undefined): string {
  const which = variant === undefined ? [] : [`--variant ${shellWord(variant)}`];
  return ['npx slotstorm replay', shellWord(prepared.file), ...which, ...limiterWords(prepared), ...settingWords(prepared)].join(' ');
}
