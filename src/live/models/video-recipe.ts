import type { Json } from '../json.js';
import { numberOf } from './chance.js';
import type { InputProblem } from './endings.js';
import { checkFields, type FieldRule, fieldOf, type Input, numberIn, textOf } from './input-rules.js';
import { FILM_SECONDS, filmName } from './media/names.js';
import type { ModelCall } from './model.js';
import type { Recipe } from './recipe-model.js';

const DEFAULT_SECONDS = 5;

/** Small ones, whatever resolution was asked for: they are there to be played, not to be admired. */
const SIZES = new Map([
  ['16:9', { width: 640, height: 360 }],
  ['9:16', { width: 360, height: 640 }],
  ['1:1', { width: 480, height: 480 }],
  ['4:3', { width: 640, height: 480 }],
  ['3:4', { width: 480, height: 640 }],
]);
const DEFAULT_SIZE = { width: 640, height: 360 };

const RULES: readonly FieldRule[] = [
  { name: 'negative_prompt', kind: 'text' },
  { name: 'seed', kind: 'whole' },
  { name: 'aspect_ratio', kind: 'text', most: 16 },
  { name: 'resolution', kind: 'text', most: 16 },
];
const PROMPT: FieldRule = { name: 'prompt', kind: 'text', required: true, least: 1, most: 32_000 };
const FIRST_IMAGE: FieldRule = { name: 'image_url', kind: 'text', required: true, least: 1 };

/** Answers like fal's video models, with a film of coloured hills. */
export class VideoRecipe implements Recipe {
  private readonly rules: readonly FieldRule[];

  constructor(
    private readonly seed: number,
    fromImage: boolean,
  ) {
    this.rules = fromImage ? [FIRST_IMAGE, { ...PROMPT, or: 'image_url' }, ...RULES] : [PROMPT, ...RULES];
  }

  problems(input: Json): readonly InputProblem[] {
    return checkFields(input, this.rules);
  }

  output(call: ModelCall): Json {
    const input = call.input as Input;
    const seed = numberIn(input, 'seed') ?? numberOf(this.seed, call.chance);
    const { width, height } = SIZES.get(textOf(input, 'aspect_ratio') ?? '') ?? DEFAULT_SIZE;
    const durationS = secondsOf(input);
    const name = filmName({ number: numberOf(seed, textOf(input, 'prompt') ?? ''), width, height, durationS });
    return {
      video: { url: `${call.publicUrl}/cdn/videos/${name}`, content_type: 'video/webm', file_name: name, file_size: null, width, height, duration: durationS },
      seed,
    };
  }

  parts(call: ModelCall): readonly Json[] {
    return [this.output(call)];
  }

  logs(): readonly string[] {
    return ['Reading the prompt.', 'Drawing frames.', 'Writing the film.'];
  }

  billableUnits(call: ModelCall): number {
    return secondsOf(call.input as Input);
  }
}

/** Models differ in how they ask for it: `5`, `"5"`, `"8s"`. Whatever else it is, it is five seconds. */
function secondsOf(input: Input): number {
  const value = fieldOf(input, 'duration');
  const seconds = typeof value === 'number' ? value : Number(/^(\d{1,3})s?$/.exec(typeof value === 'string' ? value : '')?.[1] ?? DEFAULT_SECONDS);
  return Math.min(FILM_SECONDS.most, Math.max(FILM_SECONDS.least, Math.round(seconds)));
}
