/** A hidden page gets no animation frames; its title still has to say what needs someone. */
const hiddenFrameMs = 250;
/** After each drawing this many times its length are left free, but not so long that events seem late. */
const restShare = 3;
const mostRestMs = 100;

/** What drawings are timed by; each of the two that wait gives a way to stop waiting. */
export interface Stage {
  visible(): boolean;
  now(): number;
  frame(run: () => void): () => void;
  timer(run: () => void, ms: number): () => void;
  /** Calls `run` when the page is hidden and when it is shown again. */
  onTurn(run: () => void): void;
}

/**
 * When what has arrived is drawn: with the next animation frame while the page can be seen, and some times a second while it cannot. What
 * takes long is done less often, so that a flood of events leaves time for the reader's own clicks.
 */
export class Frames {
  private drop: (() => void) | null = null;
  private drawnAt = -Infinity;
  private restUntil = -Infinity;

  constructor(
    private readonly draw: () => Promise<void>,
    private readonly stage: Stage = browserStage,
  ) {
    // A frame that was asked for does not come once the page is hidden.
    stage.onTurn(() => {
      if (this.drop !== null) {
        this.drop();
        this.drop = null;
        this.ask();
      }
    });
  }

  /** Something is there to be drawn. */
  ask(): void {
    const { stage } = this;
    const hidden = !stage.visible();
    const rest = (hidden ? this.drawnAt + hiddenFrameMs : this.restUntil) - stage.now();
    if (hidden && rest <= 0) {
      // The timers of a page that is hidden for long may come once a minute; what the channel brings comes at once.
      void this.run();
    } else if (this.drop !== null) {
      return;
    } else if (hidden) {
      this.drop = stage.timer(() => void this.run(), rest);
    } else if (rest > 0) {
      this.drop = stage.timer(() => (this.drop = stage.frame(() => void this.run())), rest);
    } else {
      this.drop = stage.frame(() => void this.run());
    }
  }

  private async run(): Promise<void> {
    const begun = this.stage.now();
    this.drop?.();
    this.drop = null;
    this.drawnAt = begun;
    await this.draw();
    const took = this.stage.now() - begun;
    this.restUntil = begun + took + Math.min(mostRestMs, restShare * took);
  }
}

const browserStage: Stage = {
  visible: () => document.visibilityState === 'visible',
  now: () => performance.now(),
  frame(run) {
    const id = requestAnimationFrame(run);
    return () => cancelAnimationFrame(id);
  },
  timer(run, ms) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  onTurn: (run) => document.addEventListener('visibilitychange', run),
};
