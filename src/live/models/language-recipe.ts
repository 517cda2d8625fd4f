import type { Json } from '../json.js';
import { Dice, numberOf } from './chance.js';
import type { InputProblem } from './endings.js';
import { checkFields, type FieldRule, fieldOf, type Input, numberIn, textOf } from './input-rules.js';
import type { ModelCall } from './model.js';
import type { Recipe } from './recipe-model.js';

const RULES: readonly FieldRule[] = [
  { name: 'prompt', kind: 'text', required: true, or: 'messages', least: 1 },
  { name: 'messages', kind: 'list', least: 1, most: 10_000 },
  { name: 'system_prompt', kind: 'text' },
  { name: 'model', kind: 'text' },
  { name: 'temperature', kind: 'number', least: 0, most: 2 },
  { name: 'max_tokens', kind: 'whole', least: 1 },
  { name: 'reasoning', kind: 'flag' },
];

const SUBJECTS = ['The queue', 'A runner', 'The slot', 'Every request', 'The limit', 'A patient client', 'The dispatcher'];
const VERBS = ['waits for', 'remembers', 'gives back', 'counts', 'looks after', 'follows', 'never forgets'];
const OBJECTS = ['its turn', 'the next request', 'a free slot', 'the key that was shown', 'what it was given', 'the last answer', 'a quiet hour'];
const SENTENCES = { least: 3, spread: 5 };
const WORDS_PER_PART = 3;
/** A part holds all that came before it, so that many of them would be quadratic in size. */
const MOST_PARTS = 40;

/** Says sentences that mean nothing, word after word. */
export class LanguageRecipe implements Recipe {
  constructor(private readonly seed: number) {}

  problems(input: Json): readonly InputProblem[] {
    return checkFields(input, RULES);
  }

  output(call: ModelCall): Json {
    return answerOf(this.wordsFor(call).join(' '), false, call);
  }

  parts(call: ModelCall): readonly Json[] {
    const words = this.wordsFor(call);
    const step = Math.max(WORDS_PER_PART, Math.ceil(words.length / MOST_PARTS));
    const parts: Json[] = [];
    for (let shown = step; shown < words.length; shown += step) parts.push(answerOf(words.slice(0, shown).join(' '), true, call));
    parts.push(this.output(call));
    return parts;
  }

  logs(): readonly string[] {
    return ['Reading the prompt.'];
  }

  billableUnits(call: ModelCall): number {
    return this.wordsFor(call).length;
  }

  private wordsFor(call: ModelCall): string[] {
    const input = call.input as Input;
    const asked = textOf(input, 'prompt') ?? '';
    const dice = new Dice(numberOf(this.seed, call.chance, asked));
    const sentences = Array.from({ length: SENTENCES.least + dice.below(SENTENCES.spread) }, () => sentence(dice));
    const words = ['This', 'model', 'is', 'pretended.', ...sentences.join(' ').split(' ')];
    return words.slice(0, numberIn(input, 'max_tokens'));
  }
}

function sentence(dice: Dice): string {
  return `${pick(SUBJECTS, dice)} ${pick(VERBS, dice)} ${pick(OBJECTS, dice)}.`;
}

function pick(words: readonly string[], dice: Dice): string {
  return words[dice.below(words.length)] as string;
}

/** As fal's `any-llm` answers, on the way and in the end. */
function answerOf(output: string, partial: boolean, call: ModelCall): Json {
  const thinks = fieldOf(call.input as Input, 'reasoning') === true;
  return { output, reasoning: thinks ? 'There is nothing to think about.' : null, partial, error: null };
}
