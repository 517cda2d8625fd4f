import { Dice } from '../chance.js';
import type { Sound } from './names.js';

const SAMPLES_PER_SECOND = 16_000;
const BYTES_PER_SAMPLE = 2;
const HEADER_BYTES = 44;
const NOTES_PER_SECOND = 5;
const LOUDNESS = 9000;
/** A major pentatonic, as semitones above A3: no two of its notes sound bad together. */
const SCALE = [0, 2, 4, 7, 9, 12, 14, 16];
const LOWEST_HZ = 220;

/** A tune of its own for every number: mono, 16 bit, 16 kHz. */
export function makeWave({ number, durationMs }: Sound): Buffer {
  const count = sampleCount(durationMs);
  const wave = Buffer.alloc(HEADER_BYTES + count * BYTES_PER_SAMPLE);
  writeHeader(wave, count);
  const perNote = SAMPLES_PER_SECOND / NOTES_PER_SECOND;
  const dice = new Dice(number);
  for (let first = 0; first < count; first += perNote) {
    const semitones = SCALE[dice.below(SCALE.length)] as number;
    writeNote(wave, first, Math.min(perNote, count - first), LOWEST_HZ * 2 ** (semitones / 12));
  }
  return wave;
}

/** How large the file will be. */
export function waveBytes(durationMs: number): number {
  return HEADER_BYTES + sampleCount(durationMs) * BYTES_PER_SAMPLE;
}

function sampleCount(durationMs: number): number {
  return Math.round((durationMs / 1000) * SAMPLES_PER_SECOND);
}

function writeNote(wave: Buffer, first: number, count: number, hertz: number): void {
  const step = (2 * Math.PI * hertz) / SAMPLES_PER_SECOND;
  for (let i = 0; i < count; i++) {
    const fade = Math.min(1, i / 80) * Math.exp(-i / 1400);
    wave.writeInt16LE(Math.round(LOUDNESS * fade * Math.sin(step * i)), HEADER_BYTES + (first + i) * BYTES_PER_SAMPLE);
  }
}

function writeHeader(wave: Buffer, count: number): void {
  wave.write('RIFF', 0, 'latin1');
  wave.writeUInt32LE(wave.length - 8, 4);
  wave.write('WAVEfmt ', 8, 'latin1');
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  wave.writeUInt32LE(SAMPLES_PER_SECOND * BYTES_PER_SAMPLE, 28);
  wave.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  wave.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  wave.write('data', 36, 'latin1');
  wave.writeUInt32LE(count * BYTES_PER_SAMPLE, 40);
}
