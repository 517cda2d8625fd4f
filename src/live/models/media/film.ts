import { Dice } from '../chance.js';
import { canvasLibrary } from './canvas.js';
import type { Film } from './names.js';
import { paintLabel, paintScene } from './picture.js';
import { webm } from './webm.js';
import { keyFrame } from './webp.js';

/** Pictures that are drawn; the film shows them again and again. */
const FRAMES = 24;
const FRAMES_PER_SECOND = 12;
const QUALITY = 70;

/**
 * A film that browsers play: VP8 in WebM. A lossy WebP is one key frame of VP8, so the drawing library's pictures
 * are its frames as they are.
 */
export async function makeFilm({ number, width, height, durationS }: Film): Promise<Buffer> {
  const frames: Buffer[] = [];
  for (let i = 0; i < FRAMES; i++) frames.push(await drawFrame(number, width, height, i));
  const shown = Array.from({ length: durationS * FRAMES_PER_SECOND }, (_, i) => frames[i % FRAMES] as Buffer);
  return webm({ width, height, frames: shown, framesPerSecond: FRAMES_PER_SECOND });
}

async function drawFrame(number: number, width: number, height: number, nth: number): Promise<Buffer> {
  const canvas = canvasLibrary().createCanvas(width, height);
  const context = canvas.getContext('2d');
  paintScene(context, width, height, new Dice(number), nth / FRAMES);
  paintLabel(context, width, height, `${number} · ${width} × ${height}`);
  return keyFrame(await canvas.encode('webp', QUALITY));
}
