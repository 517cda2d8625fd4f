import type { ReplayModel } from '../../replay/replay-model.js';
import { byId } from './elements.js';

const MS_PER_SECOND = 1000;

/** Where in the story the reader is: moves by buttons, keys, the slider and by itself. */
export class Player {
  step = 0;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly slider = byId<HTMLInputElement>('slider');
  private readonly playButton = byId<HTMLButtonElement>('play');
  private readonly speed = byId<HTMLSelectElement>('speed');

  /** @param moved told about every new step */
  constructor(
    private readonly model: ReplayModel,
    private readonly moved: (step: number) => void,
  ) {
    this.slider.addEventListener('input', () => this.goTo(Number(this.slider.value)));
    this.playButton.addEventListener('click', () => this.togglePlay());
    this.speed.addEventListener('change', () => this.isPlaying && this.play());
    byId('begin').addEventListener('click', () => this.goTo(0));
    byId('back').addEventListener('click', () => this.goTo(this.step - 1));
    byId('forward').addEventListener('click', () => this.goTo(this.step + 1));
    byId('end').addEventListener('click', () => this.goTo(this.last));
  }

  get last(): number {
    return Math.max(0, this.model.places.length - 1);
  }

  /** Other events are stepped through from now on. @param event the number of the event to stay near */
  restart(event: number): void {
    this.slider.max = String(this.last);
    this.goTo(this.model.stepOf(event));
  }

  goTo(step: number): void {
    this.step = Math.min(Math.max(0, step), this.last);
    this.slider.value = String(this.step);
    this.slider.setAttribute('aria-valuetext', this.model.eventAt(this.step)?.text ?? '');
    if (this.step === this.last) this.pause();
    this.moved(this.step);
  }

  togglePlay(): void {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  private get isPlaying(): boolean {
    return this.timer !== undefined;
  }

  private play(): void {
    this.pause();
    if (this.step === this.last) this.goTo(0);
    this.timer = setInterval(() => this.goTo(this.step + 1), MS_PER_SECOND / Number(this.speed.value));
    this.say('Pause', true);
  }

  private pause(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.say('Play', false);
  }

  private say(text: string, pressed: boolean): void {
    this.playButton.textContent = text;
    this.playButton.setAttribute('aria-pressed', String(pressed));
  }
}
