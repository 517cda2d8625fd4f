import type { LimitAnswer, PieceAnswer, PlanResult, PointEvidence } from '../../measure/capacity/plan-result.js';
import { type Analyses, analyse } from '../../plan/analysis/analyse.js';
import { type AnalysisTerms, DEFAULT_TERMS } from '../../plan/analysis/terms.js';
import { assemblePlan } from '../../plan/assemble-plan.js';
import { formulaGuess } from '../../plan/formula-guess.js';
import { SimulatedPlanning } from '../../plan/planning.js';
import type { PlannedLoad, Simulator } from '../../plan/point.js';
import { adviseTier } from '../../plan/tiers.js';
import { answerPieces, PIECES_NOTE, type Piece, piecesOf, tenantsOf } from '../../plan/trace/pieces.js';
import { WARMUP_RULE } from '../../plan/warmup-rule.js';
import type { Outside } from '../outside.js';
import type { AskedLoad } from './asked-load.js';
import { planCommandLine } from './command-line.js';
import type { PlanArguments } from './options.js';
import { questionOf } from './question.js';

/** So many of the tenants of a trace are planned one by one: those with the most work. */
const MOST_TENANTS = 10;

interface JobSurroundings {
  readonly simulator: Simulator;
  readonly outside: Outside;
  /** Told what is being done. */
  readonly progress: (what: string) => void;
}

/** One question from its load to the whole plan. */
export class PlanJob {
  /** Of parts of a trace that are planned by themselves, and of the whole. */
  private readonly plannings: SimulatedPlanning[] = [];

  constructor(
    private readonly asked: AskedLoad,
    private readonly given: PlanArguments,
    private readonly around: JobSurroundings,
  ) {}

  async run(): Promise<PlanResult> {
    const { asked, given, around } = this;
    const [date, startedMs] = [around.outside.now(), around.outside.monotonicMs()];
    const planning = this.planningOf(asked.load);
    const answer = await planning.smallestLimit({});
    const gate = await this.gate(planning);
    const tiers = await adviseTier(planning, answer, asked.tiers);
    const pieces = given.quick === true ? undefined : await this.pieces();
    const analyses = given.quick === true ? undefined : await this.analyses(planning, answer);
    return assemblePlan({
      command: planCommandLine(given),
      question: questionOf(asked, planning.mostSeeds, given.limit ?? answer.limit),
      load: asked.load.facts,
      formula: formulaGuess(asked.load.facts, asked.slos),
      answer,
      tiers,
      gate,
      analyses,
      ...pieces,
      notes: this.notes(pieces !== undefined && pieces.days.length > 0),
      meta: this.meta(date, startedMs),
    });
  }

  private planningOf(load: PlannedLoad): SimulatedPlanning {
    const { asked, given, around } = this;
    const planning = new SimulatedPlanning({
      load,
      slos: asked.slos,
      simulator: around.simulator,
      seed: asked.seed,
      mostSeeds: given.seeds,
      asked: given.limit,
      progress: around.progress,
    });
    this.plannings.push(planning);
    return planning;
  }

  private async gate(planning: SimulatedPlanning): Promise<PointEvidence | undefined> {
    const { gate, limit } = this.given;
    if (gate !== true || limit === undefined) return undefined;
    this.around.progress(`the gate: limit ${limit}`);
    const [evidence] = await planning.judge([{ limit }], 'decide');
    return evidence;
  }

  private analyses(planning: SimulatedPlanning, answer: LimitAnswer): Promise<Analyses> {
    const { asked, given } = this;
    const terms: AnalysisTerms = {
      tiers: asked.tiers.tiers,
      limit: given.limit,
      waiting: asked.waiting,
      startTimeoutLoss: given['start-timeout-loss']?.value ?? DEFAULT_TERMS.startTimeoutLoss,
      burst: given.burst ?? DEFAULT_TERMS.burst,
      ghosts: given.ghosts ?? DEFAULT_TERMS.ghosts,
      ghostHoldMs: given['ghost-hold']?.value ?? DEFAULT_TERMS.ghostHoldMs,
      usdPerStuckSecond: given['stuck-price'],
    };
    return analyse(planning, answer, terms);
  }

  /** Each day of a recording by itself, and its busiest tenants. */
  private async pieces(): Promise<{ readonly days: readonly PieceAnswer[]; readonly tenants: readonly PieceAnswer[] } | undefined> {
    const { trace } = this.asked;
    if (trace === undefined) return undefined;
    const answers = (pieces: readonly Piece[]): Promise<readonly PieceAnswer[]> => answerPieces(pieces, (load) => this.planningOf(this.asked.change(load)));
    this.around.progress('each day by itself');
    const days = piecesOf(trace, 'day');
    // One day by itself is the whole.
    const dayAnswers = days.length < 2 ? [] : await answers(days);
    this.around.progress('the busiest tenants');
    return { days: dayAnswers, tenants: await answers(tenantsOf(trace, MOST_TENANTS)) };
  }

  private notes(hasDays: boolean): string[] {
    const { asked } = this;
    return [
      ...asked.notes,
      ...(asked.load.isRecorded ? ['A recorded history happens one way: its numbers have no interval, and another day will differ.'] : []),
      // A scenario says its own warm-up, or that it has none.
      ...(asked.load.facts.source === 'flags' ? [`The warm-up is ${WARMUP_RULE}; metrics leave it out.`] : []),
      ...(hasDays ? [PIECES_NOTE] : []),
      `Tiers: ${asked.tiers.source}.`,
    ];
  }

  private meta(date: Date, startedMs: number): PlanResult['meta'] {
    const { outside, simulator } = this.around;
    return {
      date: date.toISOString(),
      host: outside.machine.host,
      node: outside.machine.node,
      wallMs: Math.round(outside.monotonicMs() - startedMs),
      simulatedRequests: this.plannings.reduce((sum, { spent }) => sum + spent.requests, 0),
      workers: simulator.description,
    };
  }
}
