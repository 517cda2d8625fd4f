import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { WorkEnd } from '../../../src/core/requests.js';
import type { Json } from '../../../src/live/json.js';
import { answerOf, BASE, callOf, fakeModel, outputOf, problemsOf } from './calls.js';

const FLUX = 'fal-ai/flux/dev';

describe('an endpoint’s id says what its model makes', () => {
  const INPUT = { prompt: 'a cat', text: 'a cat', image_url: 'https://example.com/cat.png' };
  test.each([
    ['fal-ai/flux/dev', 'images'],
    ['fal-ai/flux-pro/v1.1-ultra', 'images'],
    ['fal-ai/fast-lightning-sdxl', 'images'],
    ['fal-ai/imagen4/preview', 'images'],
    ['fal-ai/nano-banana/edit', 'images'],
    ['fal-ai/wan/v2.2-a14b/text-to-image', 'images'],
    ['fal-ai/flux/dev/image-to-image', 'images'],
    ['someone/anything/text-to-image', 'images'],
    ['fal-ai/kling-video/v2/master/image-to-video', 'video'],
    ['fal-ai/veo3', 'video'],
    ['fal-ai/minimax/hailuo-02/standard', 'video'],
    ['fal-ai/minimax/speech-02-hd', 'audio'],
    ['fal-ai/stable-audio', 'audio'],
    ['fal-ai/any-llm', 'output'],
    ['fal-ai/any-llm/vision', 'output'],
    ['acme/assistant/chat', 'output'],
    ['acme/my-app', 'echo'],
    ['acme/swan-taiwan', 'echo'],
    ['workflows/acme/flux-pipeline', 'echo'],
    ['comfy/acme/sdxl', 'echo'],
  ])('%s answers with %s', (endpoint, field) => {
    expect(Object.keys(outputOf(endpoint, INPUT))).toContain(field);
  });

  it('an endpoint that nobody knows says what it was given', () => {
    expect(outputOf('acme/my-app', { a: [1, null] })).toEqual({ echo: { a: [1, null] }, endpoint: 'acme/my-app', request_id: 'r-1' });
    expect(outputOf('acme/my-app', 'text')).toMatchObject({ echo: 'text' });
  });
});

describe('an image model', () => {
  it('answers with the address of a picture of the size that was asked for', () => {
    const { images, seed, prompt, has_nsfw_concepts } = outputOf(FLUX, { prompt: 'a cat', seed: 7, image_size: 'portrait_16_9', output_format: 'png' });
    expect(images).toHaveLength(1);
    expect(images[0]).toMatchObject({ width: 576, height: 1024, content_type: 'image/png' });
    expect(images[0].url).toBe(`${BASE}/cdn/pictures/${images[0].file_name}`);
    expect(images[0].file_name).toMatch(/^\d+-576x1024\.png$/);
    expect({ seed, prompt, has_nsfw_concepts }).toEqual({ seed: 7, prompt: 'a cat', has_nsfw_concepts: [false] });
  });

  test.each<[string, { [key: string]: Json }, number, number]>([
    ['nothing', {}, 1024, 768],
    ['a named size', { image_size: 'square_hd' }, 1024, 1024],
    ['width and height', { image_size: { width: 640, height: 4096 } }, 640, 4096],
    ['digits as text', { image_size: { width: '640', height: '64' } }, 640, 64],
    ['an aspect ratio', { aspect_ratio: '9:16' }, 768, 1344],
    ['an aspect ratio that nobody knows', { aspect_ratio: '__proto__' }, 1024, 768],
    ['sides beside the size', { width: 100, height: 200 }, 100, 200],
    ['null', { image_size: null }, 1024, 768],
  ])('takes its size from %s', (_, size, width, height) => {
    expect(outputOf(FLUX, { prompt: 'a cat', ...size }).images[0]).toMatchObject({ width, height });
  });

  it('draws a seed where none is given: the same request, the same seed; another run, another seed', () => {
    const seedOf = (chance: number, run: number) => JSON.parse(fakeModel(FLUX, run).answer(callOf(FLUX, { prompt: 'a cat' }, { chance })).body).seed;
    expect(seedOf(1, 1)).toBe(seedOf(1, 1));
    expect(new Set([seedOf(1, 1), seedOf(2, 1), seedOf(1, 2)]).size).toBe(3);
  });

  it('makes as many different pictures as were asked for, and bills that many', () => {
    const { images } = outputOf(FLUX, { prompt: 'a cat', num_images: 4, seed: 1 });
    expect(new Set(images.map(({ url }: { url: string }) => url)).size).toBe(4);
    expect(answerOf(FLUX, { prompt: 'a cat', num_images: 4 }).headers).toMatchObject({ 'x-fal-billable-units': '4' });
  });

  it('puts the picture itself into the answer in sync mode', () => {
    const [image] = outputOf(FLUX, { prompt: 'a cat', image_size: 'square', sync_mode: true }).images;
    const file = Buffer.from(image.url.slice('data:image/jpeg;base64,'.length), 'base64');
    expect(image.url).toMatch(/^data:image\/jpeg;base64,/);
    expect(file.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(image.file_size).toBe(file.length);
  });

  test.each(['square_hd', undefined])('of the size %s fits into an answer in sync mode as it does at fal', (size) => {
    expect(outputOf(FLUX, { prompt: 'a cat', image_size: size ?? null, sync_mode: true }).images).toHaveLength(1);
  });

  test.each<[string, Json, string[]]>([
    ['no prompt', {}, ['body.prompt: missing']],
    ['an empty prompt', { prompt: '' }, ['body.prompt: string_too_short']],
    ['a prompt that is a number', { prompt: 5 }, ['body.prompt: string_type']],
    ['too many images', { prompt: 'a', num_images: 5 }, ['body.num_images: less_than_equal']],
    ['no images', { prompt: 'a', num_images: 0 }, ['body.num_images: greater_than_equal']],
    ['one and a half images', { prompt: 'a', num_images: 1.5 }, ['body.num_images: int_from_float']],
    ['a number in words', { prompt: 'a', num_images: 'two' }, ['body.num_images: int_parsing']],
    ['a list as a number', { prompt: 'a', seed: [] }, ['body.seed: int_type']],
    ['an unknown size', { prompt: 'a', image_size: 'huge' }, ['body.image_size: literal_error']],
    [
      'a picture too large',
      { prompt: 'a', image_size: { width: 4097, height: 1 } },
      ['body.image_size.width: less_than_equal', 'body.image_size.height: greater_than_equal'],
    ],
    ['an unknown format', { prompt: 'a', output_format: 'tiff' }, ['body.output_format: literal_error']],
    ['a flag in words', { prompt: 'a', sync_mode: 'yes' }, ['body.sync_mode: bool_type']],
    [
      'a picture in sync mode that takes too long to draw',
      { prompt: 'a', sync_mode: true, output_format: 'png', image_size: 'square_hd' },
      ['body.sync_mode: value_error'],
    ],
    ['several of them', { prompt: 'a', sync_mode: true, output_format: 'webp', image_size: 'square', num_images: 2 }, ['body.sync_mode: value_error']],
    ['large pictures in sync mode', { prompt: 'a', sync_mode: true, image_size: { width: 4096, height: 4096 } }, ['body.sync_mode: value_error']],
    ['a list', [], ['body: model_attributes_type']],
    ['null', null, ['body: model_attributes_type']],
    ['several wrongs', { num_images: 9, sync_mode: 1 }, ['body.prompt: missing', 'body.num_images: less_than_equal', 'body.sync_mode: bool_type']],
  ])('refuses %s with a 422 of fal’s shape, as the result of the request', (_, input, problems) => {
    expect(problemsOf(FLUX, input)).toEqual(problems);
    expect(fakeModel(FLUX).plan(callOf(FLUX, input))).toMatchObject({ end: WorkEnd.failed });
  });

  it('says what was expected of a wrong value, and what came', () => {
    const { detail } = JSON.parse(answerOf(FLUX, { prompt: 'a', num_images: 9 }).body);
    expect(detail).toEqual([
      { loc: ['body', 'num_images'], msg: 'Input should be less than or equal to 4', type: 'less_than_equal', input: 9, ctx: { le: 4 } },
    ]);
  });

  it('wants a picture to begin with where its id says so', () => {
    expect(problemsOf('fal-ai/flux/dev/image-to-image', { prompt: 'a' })).toEqual(['body.image_url: missing']);
    expect(outputOf('fal-ai/nano-banana/edit', { prompt: 'a', image_urls: ['https://example.com/a.png'] }).images).toHaveLength(1);
  });
});

describe('other models', () => {
  it('a video model answers with a film as long and as wide as was asked for', () => {
    const { video } = outputOf('fal-ai/veo3', { prompt: 'a cat', duration: '8s', aspect_ratio: '9:16' });
    expect(video).toMatchObject({ content_type: 'video/webm', width: 360, height: 640, duration: 8 });
    expect(video.url).toBe(`${BASE}/cdn/videos/${video.file_name}`);
  });

  test.each([
    [99, 30],
    [0, 1],
    ['"', 5],
    [{}, 5],
    ['10', 10],
  ])('duration %j is %i seconds of film', (duration, seconds) => {
    expect(outputOf('fal-ai/kling-video', { prompt: 'a', duration: duration as Json }).video.duration).toBe(seconds);
  });

  it('a speech model answers with a sound that grows with its text, and states its size', () => {
    const short = outputOf('fal-ai/kokoro/american-english', { text: 'hello' });
    const long = outputOf('fal-ai/kokoro/american-english', { text: 'hello '.repeat(20) });
    expect(short.audio).toMatchObject({ content_type: 'audio/wav' });
    expect(long.duration_ms).toBeGreaterThan(short.duration_ms);
    expect(long.audio.file_size).toBe(44 + long.duration_ms * 32);
  });

  it('a language model’s parts grow, and the last is its output', () => {
    const call = callOf('fal-ai/any-llm', { prompt: 'hello' });
    const model = fakeModel('fal-ai/any-llm');
    const parts = model.parts(call) as { output: string; partial: boolean; error: null }[];
    expect(parts.length).toBeGreaterThan(3);
    for (const [i, part] of parts.entries()) if (i > 0) expect(part.output.startsWith(parts[i - 1]!.output)).toBe(true);
    expect(parts.map(({ partial }) => partial)).toEqual(parts.map((_, i) => i < parts.length - 1));
    expect(parts.at(-1)).toEqual(JSON.parse(model.answer(call).body));
  });

  it('a language model stops at max_tokens, and takes messages for a prompt', () => {
    expect(outputOf('fal-ai/any-llm', { messages: [{ role: 'user', content: 'hi' }], max_tokens: 2 }).output.split(' ')).toHaveLength(2);
    expect(problemsOf('fal-ai/any-llm', {})).toEqual(['body.prompt: missing']);
  });
});

describe('what an endpoint’s name asks for', () => {
  test.each<[string, number, WorkEnd]>([
    ['fal-ai/flux-failing', 500, WorkEnd.failed],
    ['fal-ai/flux/dev-failing-502', 502, WorkEnd.failed],
    ['fal-ai/flux-failing-422/dev', 422, WorkEnd.failed],
    ['acme/my-app-failing-400', 400, WorkEnd.failed],
    ['acme/my-app-failing-503', 503, WorkEnd.runnerGone],
    ['acme/my-app-failing-504', 504, WorkEnd.tryAgain],
    ['acme/my-app-slow-failing-504', 504, WorkEnd.tryAgain],
  ])('%s ends with %i', (endpoint, status, end) => {
    const call = callOf(endpoint, { prompt: 'a' });
    expect(fakeModel(endpoint).answer(call).status).toBe(status);
    expect(fakeModel(endpoint).plan(call).end).toBe(end);
    expect(fakeModel(endpoint).parts(call)).toEqual([]);
  });

  it('a failure says whether another try may help, in both of fal’s words', () => {
    expect(answerOf('a/b-failing-503', {}).headers).toEqual({ 'x-fal-retryable': 'true', 'x-fal-needs-retry': '1' });
    expect(answerOf('a/b-failing', {}).headers).toEqual({ 'x-fal-retryable': 'false', 'x-fal-needs-retry': '0' });
    expect(answerOf('a/b-failing-422', {})).toMatchObject({ headers: { 'x-fal-retryable': 'false' } });
    expect(JSON.parse(answerOf('a/b-failing', {}).body)).toEqual({ detail: 'Internal Server Error' });
    expect(JSON.parse(answerOf('a/b-failing-422', {}).body).detail[0]).toMatchObject({ loc: ['body'] });
  });

  it('-slow takes ten times as long and answers as always', () => {
    const call = callOf('fal-ai/flux-slow/dev', { prompt: 'a', seed: 3 });
    expect(fakeModel('fal-ai/flux-slow/dev').plan(call)).toEqual({ slowness: 10, end: WorkEnd.ok });
    expect(outputOf('fal-ai/flux-slow/dev', { prompt: 'a', seed: 3 })).toEqual(outputOf(FLUX, { prompt: 'a', seed: 3 }));
  });

  test.each(['acme/slow', 'acme/failing', 'acme/x-failing-200', 'acme/x-failing-999', 'acme/slowly'])('%s asks for nothing', (endpoint) => {
    expect(fakeModel(endpoint).plan(callOf(endpoint, {}))).toEqual({ slowness: 1, end: WorkEnd.ok });
  });
});

describe('whatever the input, there is an answer', () => {
  const ENDPOINTS = [FLUX, 'fal-ai/nano-banana/edit', 'fal-ai/veo3', 'fal-ai/kokoro', 'fal-ai/any-llm', 'acme/my-app'];
  const FIELDS = ['prompt', 'text', 'messages', 'image_size', 'num_images', 'seed', 'duration', 'aspect_ratio', 'max_tokens', '__proto__', 'constructor'];
  const input = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(fc.jsonValue(), fc.constant('a'), fc.integer())));

  test.each(ENDPOINTS)('of %s: 200 or 422, as its plan says, the same each time', (endpoint) => {
    fc.assert(
      fc.property(input, (drawn) => {
        const call = callOf(endpoint, drawn as Json);
        const model = fakeModel(endpoint);
        const answer = model.answer(call);
        expect([200, 422]).toContain(answer.status);
        expect(model.plan(call).end).toBe(answer.status === 200 ? WorkEnd.ok : WorkEnd.failed);
        expect(model.answer(call)).toEqual(answer);
        if (answer.status === 200) expect(JSON.stringify(model.parts(call).at(-1))).toBe(answer.body);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
