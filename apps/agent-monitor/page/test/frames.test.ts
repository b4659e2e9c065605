import { describe, expect, it } from 'vitest';
import { Frames, type Stage } from '../src/frames.ts';

/** A page that is shown and hidden by the test, with frames and timers that come when it says so. */
class Scene implements Stage {
  shown = true;
  at = 0;
  private frames = new Set<() => void>();
  private timers = new Map<() => void, number>();
  private turned: () => void = () => undefined;

  visible = () => this.shown;
  now = () => this.at;

  frame(run: () => void): () => void {
    this.frames.add(run);
    return () => this.frames.delete(run);
  }

  timer(run: () => void, ms: number): () => void {
    this.timers.set(run, this.at + ms);
    return () => this.timers.delete(run);
  }

  onTurn(run: () => void): void {
    this.turned = run;
  }

  turn(shown: boolean): void {
    this.shown = shown;
    this.turned();
  }

  /** Time passes; a hidden page gets no frames. */
  async pass(ms: number): Promise<void> {
    this.at += ms;
    for (const [run, due] of [...this.timers]) {
      if (due <= this.at && this.timers.delete(run)) {
        run();
      }
    }
    for (const run of this.shown ? [...this.frames] : []) {
      this.frames.delete(run);
      run();
    }
    await Promise.resolve();
    await Promise.resolve();
  }
}

function drawn(takes = 0) {
  const scene = new Scene();
  const times: number[] = [];
  const frames = new Frames(async () => {
    times.push(scene.at);
    scene.at += takes;
  }, scene);
  return { scene, times, frames };
}

describe('what has arrived is drawn', () => {
  it('once a frame, however often it is asked for', async () => {
    const { scene, times, frames } = drawn();
    frames.ask();
    frames.ask();
    await scene.pass(16);
    await scene.pass(16);

    expect(times).toEqual([16]);
  });

  it('also when the page is hidden before its frame came, and on and on while it is', async () => {
    const { scene, times, frames } = drawn();
    frames.ask();
    scene.turn(false);
    await scene.pass(250);
    expect(times).toHaveLength(1);
    frames.ask();
    await scene.pass(250);

    expect(times).toHaveLength(2);
  });

  it('some times a second on a hidden page whose timers stand still', async () => {
    const { scene, times, frames } = drawn();
    scene.turn(false);
    for (let n = 0; n < 20; n++) {
      scene.at += 50;
      frames.ask();
      await Promise.resolve();
    }

    expect(times).toEqual([50, 300, 550, 800]);
  });

  it('with a frame again once the page is shown', async () => {
    const { scene, times, frames } = drawn();
    scene.turn(false);
    frames.ask();
    frames.ask();
    scene.turn(true);
    await scene.pass(16);

    expect(times).toEqual([0, 16]);
  });

  it('less often when it takes long', async () => {
    const { scene, times, frames } = drawn(20);
    frames.ask();
    await scene.pass(16);
    frames.ask();
    await scene.pass(30);
    expect(times).toHaveLength(1);
    await scene.pass(40);
    await scene.pass(16);

    expect(times).toHaveLength(2);
  });
});
