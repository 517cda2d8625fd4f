import type { Json } from '../json.js';
import { numberOf } from './chance.js';
import type { InputProblem } from './endings.js';
import { checkFields, type FieldRule, type Input, numberIn, textOf } from './input-rules.js';
import { SOUND_MS, soundName } from './media/names.js';
import { waveBytes } from './media/wave.js';
import type { ModelCall } from './model.js';
import type { Recipe } from './recipe-model.js';

const MS_PER_CHARACTER = 60;
const DEFAULT_MS = 5000;
/** What models call the length they are asked for, and how many ms one of it is. */
const LENGTHS: readonly (readonly [name: string, ms: number])[] = [
  ['duration', 1000],
  ['duration_seconds', 1000],
  ['seconds_total', 1000],
  ['music_length_ms', 1],
];

const RULES: readonly FieldRule[] = [
  { name: 'text', kind: 'text', required: true, or: 'prompt', least: 1, most: 32_000 },
  { name: 'prompt', kind: 'text', least: 1, most: 32_000 },
  { name: 'voice', kind: 'text' },
  { name: 'seed', kind: 'whole' },
  ...LENGTHS.map(([name]): FieldRule => ({ name, kind: 'number', least: 0, most: 3_600_000 })),
];

/** Speech and music: a tune, as long as was asked for, or as the text would take to read. */
export class SoundRecipe implements Recipe {
  constructor(private readonly seed: number) {}

  problems(input: Json): readonly InputProblem[] {
    return checkFields(input, RULES);
  }

  output(call: ModelCall): Json {
    const input = call.input as Input;
    const durationMs = lengthOf(input);
    const seed = numberIn(input, 'seed') ?? numberOf(this.seed, call.chance);
    const name = soundName({ number: numberOf(seed, textOf(input, 'text') ?? textOf(input, 'prompt') ?? ''), durationMs });
    const audio = { url: `${call.publicUrl}/cdn/sounds/${name}`, content_type: 'audio/wav', file_name: name, file_size: waveBytes(durationMs) };
    return { audio, duration_ms: durationMs, seed };
  }

  parts(call: ModelCall): readonly Json[] {
    return [this.output(call)];
  }

  logs(): readonly string[] {
    return ['Reading the text.', 'Writing the sound.'];
  }

  billableUnits(call: ModelCall): number {
    return lengthOf(call.input as Input) / 1000;
  }
}

function lengthOf(input: Input): number {
  const asked = LENGTHS.map(([name, ms]) => (numberIn(input, name) ?? 0) * ms).find((ms) => ms > 0);
  const text = textOf(input, 'text');
  const spoken = text === undefined ? DEFAULT_MS : text.length * MS_PER_CHARACTER;
  return Math.min(SOUND_MS.most, Math.max(SOUND_MS.least, Math.round(asked ?? spoken)));
}
