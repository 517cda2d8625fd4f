import type { InputProblem } from './endings.js';
import { checkValue, fieldOf, type Input, isObject, numberIn, textOf } from './input-rules.js';
import { PICTURE_SIDE } from './media/names.js';

/** px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** fal's names for sizes. */
const IMAGE_SIZES = new Map<string, Size>(
  Object.entries({
    square_hd: { width: 1024, height: 1024 },
    square: { width: 512, height: 512 },
    portrait_4_3: { width: 768, height: 1024 },
    portrait_16_9: { width: 576, height: 1024 },
    landscape_4_3: { width: 1024, height: 768 },
    landscape_16_9: { width: 1024, height: 576 },
  }),
);

/** For models that ask for the shape only. */
const ASPECT_RATIOS = new Map<string, Size>(
  Object.entries({
    '1:1': { width: 1024, height: 1024 },
    '16:9': { width: 1344, height: 768 },
    '9:16': { width: 768, height: 1344 },
    '4:3': { width: 1152, height: 896 },
    '3:4': { width: 896, height: 1152 },
    '3:2': { width: 1216, height: 832 },
    '2:3': { width: 832, height: 1216 },
    '21:9': { width: 1536, height: 640 },
  }),
);

const DEFAULT: Size = { width: 1024, height: 768 };
const SIDE = { kind: 'whole', least: PICTURE_SIDE.least, most: PICTURE_SIDE.most } as const;

/** What is wrong with `image_size`: a name, or `{width, height}`. */
export function sizeProblems(input: Input): InputProblem[] {
  const size = fieldOf(input, 'image_size');
  if (size === undefined) return [];
  if (!isObject(size)) return checkValue(['body', 'image_size'], size, { kind: 'choice', choices: [...IMAGE_SIZES.keys()] });
  return ['width', 'height'].flatMap((side) => checkValue(['body', 'image_size', side], fieldOf(size, side) ?? DEFAULT.width, SIDE));
}

/** The size that a good input asks for. */
export function sizeOf(input: Input): Size {
  const size = fieldOf(input, 'image_size');
  if (isObject(size)) return { width: numberIn(size, 'width') ?? DEFAULT.width, height: numberIn(size, 'height') ?? DEFAULT.width };
  if (typeof size === 'string') return IMAGE_SIZES.get(size) ?? DEFAULT;
  const ratio = textOf(input, 'aspect_ratio');
  if (ratio !== undefined) return ASPECT_RATIOS.get(ratio) ?? DEFAULT;
  return { width: numberIn(input, 'width') ?? DEFAULT.width, height: numberIn(input, 'height') ?? DEFAULT.height };
}

/** Some models have `width` and `height` beside everything else. */
export const SIDE_RULES = [
  { name: 'width', ...SIDE },
  { name: 'height', ...SIDE },
] as const;
