import type { Canvas, SKRSContext2D as Context } from '@napi-rs/canvas';
import { FONT_FAMILY } from '../../../report/fonts.js';
import { Dice } from '../chance.js';
import { canvasLibrary } from './canvas.js';
import type { Picture } from './names.js';

const QUALITY = 85;
const HILLS = 4;
const CIRCLES = 5;

/** Draws now, encodes beside the event loop. @returns the file */
export function drawPicture(picture: Picture): Promise<Buffer> {
  const canvas = painted(picture);
  return picture.format === 'png' ? canvas.encode('png') : canvas.encode(picture.format, QUALITY);
}

/** All at once: for answers that carry the picture itself. */
export function drawPictureNow(picture: Picture): Buffer {
  const canvas = painted(picture);
  return picture.format === 'png' ? canvas.encodeSync('png') : canvas.encodeSync(picture.format, QUALITY);
}

function painted({ number, width, height }: Picture): Canvas {
  const canvas = canvasLibrary().createCanvas(width, height);
  const context = canvas.getContext('2d');
  paintScene(context, width, height, new Dice(number), 0);
  paintLabel(context, width, height, `${number} · ${width} × ${height}`);
  return canvas;
}

/**
 * A sky, what floats in it, and hills before it.
 * @param turn how far the scene has moved, 0 to 1; at 1 it is where it was at 0
 */
export function paintScene(context: Context, width: number, height: number, dice: Dice, turn: number): void {
  const hue = dice.below(360);
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(${hue}, 65%, 28%)`);
  sky.addColorStop(1, `hsl(${(hue + 50) % 360}, 85%, 72%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let i = 0; i < CIRCLES; i++) paintCircle(context, width, height, hue, dice, turn);
  for (let i = 0; i < HILLS; i++) paintHill(context, width, height, (hue + 180 + i * 12) % 360, (i + 1) / HILLS, dice, turn);
}

function paintCircle(context: Context, width: number, height: number, hue: number, dice: Dice, turn: number): void {
  const phase = 2 * Math.PI * (dice.uniform() + turn);
  const x = width * (dice.uniform() + 0.05 * Math.cos(phase));
  const y = height * (dice.between(0.05, 0.6) + 0.05 * Math.sin(phase));
  context.fillStyle = `hsla(${(hue + dice.between(20, 80)) % 360}, 90%, 75%, ${dice.between(0.25, 0.7).toFixed(2)})`;
  context.beginPath();
  context.arc(x, y, Math.min(width, height) * dice.between(0.03, 0.13), 0, 2 * Math.PI);
  context.fill();
}

/** @param nearness 0 to 1: nearer hills are lower and darker */
function paintHill(context: Context, width: number, height: number, hue: number, nearness: number, dice: Dice, turn: number): void {
  const steps = 96;
  const base = height * (0.55 + 0.35 * nearness);
  const waves = 1 + dice.below(3);
  const phase = dice.uniform();
  const rise = height * dice.between(0.05, 0.14);
  context.fillStyle = `hsl(${hue}, 45%, ${Math.round(48 - 34 * nearness)}%)`;
  context.beginPath();
  context.moveTo(0, height);
  for (let i = 0; i <= steps; i++) {
    const along = i / steps;
    const y = base + rise * Math.sin(2 * Math.PI * (waves * along + phase + turn)) + 0.3 * rise * Math.sin(2 * Math.PI * (waves * 3 * along + phase));
    context.lineTo(width * along, y);
  }
  context.lineTo(width, height);
  context.fill();
}

/** Says which picture it is: nothing in it comes from a caller but numbers. */
export function paintLabel(context: Context, width: number, height: number, text: string): void {
  const size = Math.max(9, Math.round(Math.min(width / 26, height / 14)));
  context.font = `${size}px "${FONT_FAMILY}"`;
  context.fillStyle = 'rgba(255, 255, 255, 0.85)';
  context.fillText(text, size, height - size, width - 2 * size);
}
