/** What a model of the second provider makes. Only images can be asked for: nothing else has a shape in the advertisement. */
export type NexaKind = 'image' | 'video' | 'audio' | 'chat';

export interface NexaModel {
  readonly id: string;
  readonly kind: NexaKind;
}

/**
 * 56 names, as many as the advertisement counts. It shows one of them, `flux`; the others are families of models as such
 * providers list them, chosen for illustration.
 */
const IDS: Readonly<Record<NexaKind, readonly string[]>> = {
  image: [
    ...['flux', 'flux-schnell', 'flux-dev', 'flux-pro', 'flux-kontext', 'sdxl', 'sdxl-turbo', 'sdxl-lightning', 'stable-diffusion-1', 'stable-diffusion-2'],
    ...['stable-diffusion-3', 'imagen', 'imagen-fast', 'ideogram', 'recraft', 'seedream', 'qwen-image', 'hidream', 'kolors', 'sana', 'pixart', 'aura-flow'],
    ...['playground', 'nano-banana', 'gpt-image', 'photon'],
  ],
  video: ['kling', 'kling-pro', 'veo', 'veo-fast', 'hailuo', 'wan', 'ltx', 'sora', 'seedance', 'hunyuan-video'],
  audio: ['tts', 'tts-hd', 'kokoro', 'chatterbox', 'dia', 'music', 'sound-effects', 'lyria'],
  chat: ['llama', 'llama-mini', 'mistral', 'mistral-large', 'qwen', 'qwen-coder', 'deepseek', 'deepseek-reasoner', 'gemma', 'phi', 'command', 'vision'],
};

export const CATALOGUE: readonly NexaModel[] = (['image', 'video', 'audio', 'chat'] as const).flatMap((kind) => IDS[kind].map((id) => ({ id, kind })));

const BY_ID = new Map(CATALOGUE.map((model) => [model.id, model]));

/** @returns undefined: not in the catalogue */
export function nexaModel(id: string): NexaModel | undefined {
  return BY_ID.get(id);
}

/** As the advertisement has it; nobody has checked it. */
export const PRICE_PER_IMAGE = {
  usd: 0.003,
  source: 'an advertisement of NexaAPI that followed 24 March 2026: "the cheapest pricing in the market ($0.003/image)". Unverified',
} as const;
