import type { PresetName } from '../../core/policy.js';
import type { ScoreProvider } from '../../measure/score/score-result.js';
import { FAL_CLAIMS } from '../../score/claims.js';
import { judgeCell } from '../../score/judge-cell.js';
import { QUESTIONS } from '../../score/questions.js';
import { runWire } from '../../score/wire/run-wire.js';
import type { Outside } from '../outside.js';
import type { EvidenceFolder } from './evidence-folder.js';
import type { LiveProvider } from './live-provider.js';
import { openProfile } from './profile-emulator.js';
import type { ProfileExperiment } from './simulated-evidence.js';

interface WireSurroundings {
  readonly outside: Outside;
  readonly folder: EvidenceFolder;
  readonly interrupt: AbortSignal;
  /** ISO 8601 */
  readonly date: string;
}

/** Tries each profile over HTTP on an emulator of its own, all of them at the same time: most of it is waiting. */
export async function tryProfiles(profiles: readonly PresetName[], around: WireSurroundings, progress: (what: string) => void): Promise<ProfileExperiment[]> {
  const all = await Promise.allSettled(profiles.map((profile) => tryProfile(profile, around, progress)));
  const failed = all.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return all.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}

async function tryProfile(
  profile: PresetName,
  { outside, folder, interrupt, date }: WireSurroundings,
  progress: (what: string) => void,
): Promise<ProfileExperiment[]> {
  const { emulator, provider } = await openProfile(profile, outside.files);
  try {
    const records = await runWire(provider, { interrupt }, (question) => progress(`${profile}: ${question}`));
    const origin = {
      folder: profile,
      provider: profile,
      about: `slotstorm’s emulator with the policy ${profile}, over HTTP on this machine. Its clock is moved on by a quarter of a second between two looks`,
      rerun: `npx slotstorm score --profiles ${profile} --seeds 1`,
      date,
    };
    return records.map((record) => ({ profile, question: record.question, recorded: folder.addCalls(record, origin) }));
  } finally {
    await emulator.close(0);
  }
}

interface LiveTerms {
  /** What makes it again. */
  readonly command: string;
  readonly timeLimitMs: number;
  /** Told what could not be cleaned up, also after an interrupt. */
  readonly cleanedUp: (left: readonly string[]) => void;
}

/** Tries somebody's server from outside. */
export async function tryLive(
  { name, isFal, provider }: LiveProvider,
  { folder, interrupt, date }: WireSurroundings,
  { command, timeLimitMs, cleanedUp }: LiveTerms,
  progress: (what: string) => void,
): Promise<ScoreProvider> {
  const records = await runWire(provider, { interrupt, deadline: AbortSignal.timeout(timeLimitMs), cleanedUp }, (question) => progress(`${name}: ${question}`));
  const speed = provider.speed === 1 ? '' : `, ${provider.speed} times as fast as the wall clock`;
  const origin = {
    folder: 'live',
    provider: name,
    about: `the server at ${name}, from outside, through ${provider.quick.endpoint}${speed}`,
    rerun: command,
    date,
  };
  const cells = QUESTIONS.map(({ id }) => {
    const recorded = records.filter(({ question }) => question === id).map((record) => folder.addCalls(record, origin));
    return judgeCell(isFal ? FAL_CLAIMS[id] : undefined, recorded);
  });
  return {
    name,
    kind: 'live',
    doc: `What could be tried from outside on ${new Date(date).toISOString().slice(0, 10)}, with one account. Every request went to ${provider.quick.endpoint}.`,
    basis: `a live server, seen from outside through ${provider.quick.endpoint}`,
    cells,
  };
}
