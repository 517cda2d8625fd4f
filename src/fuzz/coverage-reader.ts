import { HistoryKind } from '../core/history.js';
import { CrashPoint, Link, Message, type MessageName } from '../core/topology.js';
import type { FaultKind, Scenario, StepSpec } from '../scenario/types.js';
import { CRASH_POINT_NAMES, MESSAGE_NAMES } from '../scenario/vocabulary.js';
import type { RunSink } from '../sim/simulation.js';
import { addCounts, type Coverage, emptyCoverage, type MessageFate } from './coverage.js';

type MessageStep = Extract<StepSpec, { do: 'cut' | 'disturb' | 'drop' | 'duplicate' | 'delay' }>;

/** Reads the histories of many runs and counts what they met. */
export class CoverageReader implements RunSink {
  private readonly coverage: Coverage = emptyCoverage();
  private calendar!: { readonly nowUs: number };
  private steps: readonly StepSpec[] = [];
  private readonly hits = new Set<FaultKind>();
  /** Steps about messages that have begun. */
  private meddling: MessageStep[] = [];
  private open = 0;
  private lastStep: StepSpec | undefined;

  /** The next run is of this scenario. */
  begin({ steps }: Scenario): void {
    this.steps = steps;
    this.hits.clear();
    this.meddling = [];
    this.open = 0;
    this.lastStep = undefined;
  }

  /** It is over. @param exercised its exercise counters */
  end(exercised: Readonly<Record<string, number>>): void {
    const { coverage } = this;
    coverage.runs++;
    for (const kind of new Set(this.steps.map((step) => step.do as FaultKind))) count(coverage.on, kind);
    for (const kind of this.hits) count(coverage.hit, kind);
    for (const name in exercised) addCounts(coverage.exercised, { [name]: (exercised[name] as number) > 0 ? 1 : 0 });
  }

  /** Everything since the last time. */
  take(): Coverage {
    const taken = structuredClone(this.coverage);
    Object.assign(this.coverage, emptyCoverage());
    return taken;
  }

  attach({ platform }: Parameters<RunSink['attach']>[0]): void {
    this.calendar = platform.calendar;
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    switch (kind) {
      case HistoryKind.submitted:
        this.open++;
        return;
      case HistoryKind.ended:
        this.open--;
        return;
      case HistoryKind.leaseGranted:
      case HistoryKind.leaseReleased:
      case HistoryKind.executionStarted:
      case HistoryKind.executionEnded:
      case HistoryKind.requeued:
        return;
      default:
        this.recordRarely(kind, id, a, b);
    }
  }

  dispatched(): void {}

  completed(): void {
    this.open--;
  }

  callBegan(): void {}
  callRetried(): void {}
  callEnded(): void {}
  zombiePolls(): void {}
  iterationDropped(): void {}

  private recordRarely(kind: HistoryKind, id: number, a: number, b: number): void {
    switch (kind) {
      case HistoryKind.step:
        this.stepped(this.steps[id]);
        return;
      case HistoryKind.keyRevoked:
        this.found('revoke-key', a + b > 0);
        return;
      case HistoryKind.cancelRequested:
        this.found('cancel', this.lastStep?.do === 'cancel' && this.lastStep.atUs === this.calendar.nowUs);
        return;
      case HistoryKind.disconnected:
        this.found('disconnect', true);
        return;
      case HistoryKind.runnerCrashed:
        this.found('crash-runner', b > 0);
        return;
      case HistoryKind.runnerHung:
        this.found('hang-runner', b > 0);
        return;
      case HistoryKind.runnerPaused:
        this.found('pause-runner', b > 0);
        return;
      case HistoryKind.runnerSlowed:
        this.found('slow-runner', b > 0);
        return;
      case HistoryKind.partDown:
        this.partDown(a);
        return;
      case HistoryKind.storeLost:
        this.found('lose-store', id > 0);
        return;
      case HistoryKind.accountRenamed:
        this.found(b === 1 ? 'delete-account' : 'rename-account', a > 0 || this.open > 0);
        return;
      case HistoryKind.webhookSent:
        this.found('webhook-down', a === 0);
        return;
      case HistoryKind.messageLost:
        this.message('lost', a as Message, b as Link);
        return;
      case HistoryKind.messageDelayed:
        this.message('late', a as Message, b as Link);
        return;
      case HistoryKind.messageDuplicated:
        this.message('twice', a as Message, b as Link);
        return;
      default:
    }
  }

  private stepped(step: StepSpec | undefined): void {
    this.lastStep = step;
    switch (step?.do) {
      case 'set-limit':
      case 'skew-clock':
        this.found(step.do, this.open > 0);
        return;
      case 'cut':
      case 'disturb':
      case 'drop':
      case 'duplicate':
      case 'delay':
        this.meddling.push(step);
        return;
      default:
    }
  }

  private partDown(point: number): void {
    const name = POINTS.get(point);
    if (name !== undefined) count(this.coverage.crashPoints, name);
    this.found('crash', name !== undefined || this.open > 0);
  }

  private message(fate: MessageFate, message: Message, link: Link): void {
    const name = MESSAGES.get(message) as MessageName;
    count(this.coverage.messages[fate], name);
    for (const step of this.meddling) if (!this.hits.has(step.do) && mayHave(step, fate, name, link, this.calendar.nowUs)) this.hits.add(step.do);
  }

  private found(kind: FaultKind, victim: boolean): void {
    if (victim) this.hits.add(kind);
  }
}

const POINTS = new Map(CRASH_POINT_NAMES.map((name) => [CrashPoint[name] as number, name]));
const MESSAGES = new Map(MESSAGE_NAMES.map((name) => [Message[name] as number, name]));

/** Whether a step may be why the message met its fate. */
function mayHave(step: MessageStep, fate: MessageFate, message: MessageName, link: Link, nowUs: number): boolean {
  switch (step.do) {
    case 'cut':
      return fate === 'lost' && Link[step.link] === link && nowUs <= step.atUs + step.forUs;
    case 'disturb':
      return Link[step.link] === link && (step.message === undefined || step.message === message) && nowUs <= step.atUs + step.forUs;
    case 'drop':
      return fate === 'lost' && step.message === message;
    case 'duplicate':
      return fate === 'twice' && step.message === message;
    case 'delay':
      return fate === 'late' && step.message === message;
  }
}

function count(counts: Partial<Record<string, number>>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
