import { durationText } from '../../scenario/duration-text.js';
import { stepEndUs } from '../../scenario/planned-end.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import type { StepSpec } from '../../scenario/types.js';
import { linkOf } from '../../scenario/vocabulary.js';
import type { SeenMessage } from '../message-reader.js';
import { readStory } from '../story.js';
import type { Reduction } from './reduction.js';

type StepInput = NonNullable<ScenarioInput['steps']>[number];

/** Of all messages that a step disturbed, only one: the story then says which one matters. */
export const oneMessage: Reduction = {
  name: 'one message',
  *candidates(story, context) {
    const read = readStory(story);
    if ('problems' in read || !read.scenario.steps.some(mayHitMany)) return;
    const seen = context.messagesOf(story);
    for (const [n, step] of read.scenario.steps.entries()) {
      if (!mayHitMany(step)) continue;
      for (const message of seen) if (isWithin(message, step)) yield withStep(story, n, alone(message));
    }
  },
};

function mayHitMany(step: StepSpec): boolean {
  if (step.do === 'cut' || step.do === 'disturb') return true;
  return step.do === 'crash' ? step.between === undefined : 'message' in step && step.count > 1;
}

function isWithin({ atUs, message, fate }: SeenMessage, step: StepSpec): boolean {
  if (atUs < step.atUs) return false;
  switch (step.do) {
    case 'cut':
      return fate === 'lost' && linkOf(message) === step.link && atUs <= stepEndUs(step);
    case 'disturb':
      return linkOf(message) === step.link && atUs <= stepEndUs(step);
    case 'crash':
      return fate === 'lost' && atUs <= stepEndUs(step);
    case 'drop':
      return fate === 'lost' && message === step.message;
    case 'duplicate':
      return fate === 'twice' && message === step.message;
    case 'delay':
      return fate === 'late' && message === step.message;
    default:
      return false;
  }
}

function alone({ atUs, message, fate }: SeenMessage): StepInput {
  const at = durationText(atUs);
  if (fate === 'lost') return { at, do: 'drop', message };
  return fate === 'twice' ? { at, do: 'duplicate', message } : { at, do: 'delay', message, by: '1s' };
}

function withStep(story: ScenarioInput, n: number, step: StepInput): ScenarioInput {
  return { ...story, steps: (story.steps ?? []).map((other, at) => (at === n ? step : other)) };
}
