/** What kind of thing a model makes. `echo`: nothing, it says what it was given. */
export type Family = 'image' | 'video' | 'sound' | 'language' | 'echo';

/**
 * Words of endpoint ids, the first row that fits decides: what the path says it does goes before what the model is called.
 * A word may be followed by digits: `veo` is also `veo3`.
 */
const FAMILIES: readonly { readonly family: Family; readonly words: readonly string[] }[] = [
  { family: 'video', words: ['text-to-video', 'image-to-video', 'video-to-video', 'reference-to-video', 'frame-to-video'] },
  { family: 'sound', words: ['text-to-speech', 'text-to-audio', 'text-to-music', 'tts', 'speech', 'music', 'sound-effects'] },
  { family: 'image', words: ['text-to-image', 'image-to-image', 'minimax-image'] },
  { family: 'language', words: ['any-llm', 'llm', 'chat', 'openrouter', 'vision'] },
  {
    family: 'video',
    words: [
      ...['kling', 'veo', 'hailuo', 'minimax', 'wan', 'ltx', 'ltxv', 'sora', 'hunyuan-video', 'mochi', 'pika', 'luma', 'svd', 'cogvideox'],
      ...['seedance', 'pixverse', 'vidu', 'animatediff', 'video'],
    ],
  },
  { family: 'sound', words: ['audio', 'elevenlabs', 'kokoro', 'chatterbox', 'dia', 'lyria'] },
  {
    family: 'image',
    words: [
      ...['flux', 'sdxl', 'stable-diffusion', 'sd', 'recraft', 'ideogram', 'imagen', 'nano-banana', 'gpt-image', 'dall-e', 'qwen-image', 'hidream'],
      ...['seedream', 'seededit', 'omnigen', 'playground', 'kolors', 'sana', 'pixart', 'aura-flow', 'hunyuan-image', 'lcm', 'photon', 'fal-ai-fast', 'nexa'],
    ],
  },
];

const TABLE = FAMILIES.map(({ family, words }) => ({ family, pattern: new RegExp(`-(?:${words.join('|')})\\d*-`) }));

/** Needs a picture to begin with. */
const FROM_IMAGE = /-(?:image-to-(?:image|video)|edit|inpainting)-/;

/** @param endpoint the whole id. Workflows have inputs of their own, so that they only echo */
export function familyOf(endpoint: string): Family {
  if (/^(?:workflows|comfy)\//.test(endpoint)) return 'echo';
  const words = wordsOf(endpoint);
  return TABLE.find(({ pattern }) => pattern.test(words))?.family ?? 'echo';
}

export function startsFromImage(endpoint: string): boolean {
  return FROM_IMAGE.test(wordsOf(endpoint));
}

/** `fal-ai/flux/dev` → `-fal-ai-flux-dev-`. */
function wordsOf(endpoint: string): string {
  return `-${endpoint.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-`;
}
