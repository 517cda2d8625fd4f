import type { Json } from '../json.js';
import { numberOf } from './chance.js';
import type { InputProblem } from './endings.js';
import { SIDE_RULES, type Size, sizeOf, sizeProblems } from './image-size.js';
import { checkFields, type FieldRule, fieldOf, type Input, isObject, numberIn, problem, textOf } from './input-rules.js';
import { PICTURE_FORMATS, type Picture, type PictureFormat, pictureName } from './media/names.js';
import { drawPictureNow } from './media/picture.js';
import type { ModelCall } from './model.js';
import type { Recipe } from './recipe-model.js';

const MOST_IMAGES = 4;
/** Pictures inside an answer are drawn while everybody waits: of each format so many pixels take less than 20 ms. */
const MOST_INLINE_PIXELS: Readonly<Record<PictureFormat, number>> = { jpeg: 1024 * 1024, png: 384 * 1024, webp: 256 * 1024 };
const STEPS = 4;

const RULES: readonly FieldRule[] = [
  { name: 'prompt', kind: 'text', required: true, least: 1, most: 32_000 },
  { name: 'negative_prompt', kind: 'text' },
  { name: 'num_images', kind: 'whole', least: 1, most: MOST_IMAGES },
  { name: 'seed', kind: 'whole' },
  { name: 'num_inference_steps', kind: 'whole', least: 1, most: 100 },
  { name: 'guidance_scale', kind: 'number', least: 0, most: 50 },
  { name: 'output_format', kind: 'choice', choices: PICTURE_FORMATS },
  { name: 'aspect_ratio', kind: 'text', most: 16 },
  { name: 'sync_mode', kind: 'flag' },
  { name: 'enable_safety_checker', kind: 'flag' },
  ...SIDE_RULES,
];

const FROM_IMAGE_RULES: readonly FieldRule[] = [
  { name: 'image_url', kind: 'text', required: true, or: 'image_urls', least: 1 },
  { name: 'image_urls', kind: 'list', least: 1, most: 16 },
];

/** Answers like fal's image models; the pictures are drawn when somebody asks for them. */
export class ImageRecipe implements Recipe {
  private readonly rules: readonly FieldRule[];

  /** @param seed of the run @param fromImage whether it needs a picture to begin with */
  constructor(
    private readonly seed: number,
    fromImage: boolean,
  ) {
    this.rules = fromImage ? [...RULES, ...FROM_IMAGE_RULES] : RULES;
  }

  problems(input: Json): readonly InputProblem[] {
    const found = checkFields(input, this.rules);
    if (!isObject(input)) return found;
    found.push(...sizeProblems(input));
    return found.length > 0 ? found : inlineProblems(input);
  }

  output(call: ModelCall): Json {
    const input = call.input as Input;
    // As it was given: a client finds its own seed again, whatever it was.
    const seed = numberIn(input, 'seed') ?? numberOf(this.seed, call.chance);
    const prompt = textOf(input, 'prompt') ?? '';
    const images = Array.from({ length: countOf(input) }, (_, i) => imageOf(call, input, numberOf(seed, prompt, i)));
    return { images, timings: {}, seed, has_nsfw_concepts: images.map(() => /\bnsfw\b/i.test(prompt)), prompt };
  }

  parts(call: ModelCall): readonly Json[] {
    return [this.output(call)];
  }

  logs(): readonly string[] {
    return Array.from({ length: STEPS + 1 }, (_, i) => `${Math.round((100 * i) / STEPS)}% | step ${i} of ${STEPS}`);
  }

  billableUnits(call: ModelCall): number {
    return countOf(call.input as Input);
  }
}

function imageOf(call: ModelCall, input: Input, number: number): Json {
  const size = sizeOf(input);
  const format = formatOf(input);
  const picture = { ...size, number, format };
  const file = fieldOf(input, 'sync_mode') === true ? inlineFile(picture) : linkedFile(call.publicUrl, picture);
  return { ...file, content_type: `image/${format}`, ...size, file_name: pictureName(picture) };
}

/** How large a picture is becomes known when it is drawn. */
function linkedFile(publicUrl: string, picture: Picture): { readonly url: string; readonly file_size: number | null } {
  return { url: `${publicUrl}/cdn/pictures/${pictureName(picture)}`, file_size: null };
}

function inlineFile(picture: Picture): { readonly url: string; readonly file_size: number | null } {
  const file = drawPictureNow(picture);
  return { url: `data:image/${picture.format};base64,${file.toString('base64')}`, file_size: file.length };
}

function inlineProblems(input: Input): InputProblem[] {
  if (fieldOf(input, 'sync_mode') !== true) return [];
  const pixels = pixelsOf(sizeOf(input)) * countOf(input);
  const format = formatOf(input);
  const limit = MOST_INLINE_PIXELS[format];
  if (pixels <= limit) return [];
  const msg = `The emulator puts at most ${limit} pixels of ${format} into one answer, these are ${pixels}: ask for fewer or smaller images, or without sync_mode`;
  return [problem(['body', 'sync_mode'], msg, 'value_error', true, { limit })];
}

function formatOf(input: Input): PictureFormat {
  return (textOf(input, 'output_format') ?? 'jpeg') as PictureFormat;
}

function pixelsOf({ width, height }: Size): number {
  return width * height;
}

function countOf(input: Input): number {
  return numberIn(input, 'num_images') ?? 1;
}
