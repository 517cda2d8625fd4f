import { GlobalFonts, loadImage } from '@napi-rs/canvas';
import { describe, expect, it, test } from 'vitest';
import { makeFilm } from '../../../src/live/models/media/film.js';
import { readFilmName, readPictureName, readSoundName } from '../../../src/live/models/media/names.js';
import { drawPicture, drawPictureNow } from '../../../src/live/models/media/picture.js';
import { Studio, StudioBusy } from '../../../src/live/models/media/studio.js';
import { makeWave, waveBytes } from '../../../src/live/models/media/wave.js';
import { keyFrame } from '../../../src/live/models/media/webp.js';
import { FONT_FAMILY } from '../../../src/report/fonts.js';
import { hasBrowser, launchBrowser, SETUP_MS } from '../../browser/chromium.js';

describe('names of files', () => {
  test.each(['7-64x4096.png', '0-64x64.jpeg', '4294967295-1024x768.webp'])('%s is a picture', (name) => {
    expect(readPictureName(name)).toBeDefined();
  });

  test.each([
    '07-64x64.png',
    '7-064x64.png',
    '4294967296-64x64.png',
    '7-63x64.png',
    '7-64x4097.png',
    '7-64x64.gif',
    '7-64x64.png/',
    '7-64x64.PNG',
    '-7-64x64.png',
    '7-1e3x64.png',
    '',
  ])('%s is none', (name) => {
    expect(readPictureName(name)).toBeUndefined();
  });

  test.each(['7-99ms.wav', '7-30001ms.wav', '7-0100ms.wav', '7-100ms.mp3'])('%s is no sound', (name) => {
    expect(readSoundName(name)).toBeUndefined();
  });

  test.each(['7-640x360-0s.webm', '7-640x360-31s.webm', '7-641x360-5s.webm', '7-640x360-5s.mp4'])('%s is no film', (name) => {
    expect(readFilmName(name)).toBeUndefined();
  });
});

describe('a picture', () => {
  test.each(['png', 'jpeg', 'webp'] as const)('as %s is a real one of its size', async (format) => {
    const image = await loadImage(await drawPicture({ number: 7, width: 320, height: 200, format }));
    expect([image.width, image.height]).toEqual([320, 200]);
  });

  it('is the same each time, and another for another number', async () => {
    const draw = (number: number) => drawPicture({ number, width: 128, height: 128, format: 'png' });
    expect(await draw(7)).toEqual(await draw(7));
    expect(await draw(7)).not.toEqual(await draw(8));
  });
});

describe('a sound', () => {
  it('is a WAV as long as its name says, with something to hear', () => {
    const wave = makeWave({ number: 7, durationMs: 1234 });
    expect([wave.toString('latin1', 0, 4), wave.toString('latin1', 8, 16), wave.toString('latin1', 36, 40)]).toEqual(['RIFF', 'WAVEfmt ', 'data']);
    expect(wave.length).toBe(waveBytes(1234));
    expect(wave.readUInt32LE(40) / wave.readUInt32LE(28)).toBeCloseTo(1.234, 3);
    expect(Math.max(...new Int16Array(wave.buffer, wave.byteOffset + 44, 4000))).toBeGreaterThan(3000);
    expect(makeWave({ number: 7, durationMs: 1234 })).toEqual(wave);
  });
});

describe('a film', () => {
  it('is made of key frames of VP8, a dozen a second', async () => {
    const film = await makeFilm({ number: 7, width: 96, height: 64, durationS: 2 });
    // Start code of a VP8 key frame, then width and height.
    const head = Buffer.from([0x9d, 0x01, 0x2a, 96, 0, 64, 0]);
    let frames = 0;
    for (let at = film.indexOf(head); at !== -1; at = film.indexOf(head, at + 1)) frames++;
    expect(frames).toBe(24);
  });

  it('cannot be made of what is no lossy WebP', () => {
    expect(() => keyFrame(Buffer.from('RIFF....WEBPVP8L....'))).toThrow('expected a lossy WebP');
  });

  it.skipIf(!hasBrowser)(
    'is played by a browser from its beginning to its end',
    async () => {
      const film = await makeFilm({ number: 7, width: 160, height: 96, durationS: 1 });
      const browser = await launchBrowser();
      try {
        const page = await browser.newPage();
        const seen = await page.evaluate(
          (address) =>
            new Promise((resolve) => {
              const video = document.createElement('video');
              video.muted = true;
              video.onerror = () => resolve(video.error?.message);
              video.onended = () => resolve({ width: video.videoWidth, height: video.videoHeight, seconds: video.duration });
              video.src = address;
              void video.play();
            }),
          `data:video/webm;base64,${film.toString('base64')}`,
        );
        expect(seen).toEqual({ width: 160, height: 96, seconds: 1 });
      } finally {
        await browser.close();
      }
    },
    SETUP_MS,
  );
});

describe('the studio', () => {
  /** Files that are ready when the test says so. */
  class Orders {
    readonly begun: string[] = [];
    private readonly ready = new Map<string, () => void>();

    make(name: string): () => Promise<Buffer> {
      return () => {
        this.begun.push(name);
        return new Promise((resolve) => this.ready.set(name, () => resolve(Buffer.from(name))));
      };
    }

    finish(name: string): void {
      this.ready.get(name)?.();
    }
  }

  const limits = { keptBytes: 4, atOnce: 2, waiting: 1 };

  it('makes a few at once, lets others wait, and turns away more', async () => {
    const orders = new Orders();
    const studio = new Studio(limits);
    const files = ['a', 'b', 'c'].map((name) => studio.file(name, orders.make(name)));
    await expect(studio.file('d', orders.make('d'))).rejects.toBeInstanceOf(StudioBusy);
    expect(orders.begun).toEqual(['a', 'b']);
    orders.finish('a');
    await files[0];
    await Promise.resolve();
    expect(orders.begun).toEqual(['a', 'b', 'c']);
    orders.finish('b');
    orders.finish('c');
    expect((await Promise.all(files)).map(String)).toEqual(['a', 'b', 'c']);
  });

  it('never makes a file twice at the same time, nor one that it has kept', async () => {
    const orders = new Orders();
    const studio = new Studio(limits);
    const both = [studio.file('a', orders.make('a')), studio.file('a', orders.make('a'))];
    await Promise.resolve();
    orders.finish('a');
    await Promise.all(both);
    await studio.file('a', orders.make('a'));
    expect(orders.begun).toEqual(['a']);
  });

  it('forgets what was asked for longest ago when it keeps too much', async () => {
    const made: string[] = [];
    const studio = new Studio(limits);
    const ask = (name: string) => studio.file(name, async () => Buffer.from(made.push(name) > 0 ? name : ''));
    for (const name of ['aa', 'bb', 'aa', 'cc', 'aa', 'bb']) await ask(name);
    expect(made).toEqual(['aa', 'bb', 'cc', 'bb']);
  });

  it('goes on after a file that could not be made', async () => {
    const studio = new Studio({ ...limits, atOnce: 1 });
    await expect(studio.file('a', () => Promise.reject(new Error('no paper')))).rejects.toThrow('no paper');
    expect(await studio.file('a', async () => Buffer.from('a'))).toEqual(Buffer.from('a'));
  });
});

it('brings its font in all weights, so that whoever draws later in the same process finds them', () => {
  drawPictureNow({ number: 7, width: 64, height: 64, format: 'png' });
  const styles = GlobalFonts.families.find(({ family }) => family === FONT_FAMILY)?.styles ?? [];
  expect(new Set(styles.map(({ weight }) => weight))).toEqual(new Set([400, 700]));
});
