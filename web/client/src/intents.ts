import type { Intent } from './messages.ts';

const remembered = 1_000;

/** Hands each intent to the app once, however often the runtime repeats it, and answers `done` as often as it is asked. */
export class Intents {
  private readonly finished = new Map<string, boolean>();

  constructor(
    private readonly handle: (intent: Intent) => unknown,
    private readonly answer: (id: string) => void,
  ) {}

  offer(intent: Intent): void {
    const state = this.finished.get(intent.id);
    if (state === undefined) {
      this.remember(intent.id, false);
      // An intent that failed is done too: repeating it would fail again. The failure itself goes to the page's error handler.
      void this.run(intent).finally(() => this.done(intent.id));
    } else if (state) {
      this.answer(intent.id);
    }
  }

  private async run(intent: Intent): Promise<void> {
    await this.handle(intent);
  }

  private done(id: string): void {
    this.remember(id, true);
    this.answer(id);
  }

  private remember(id: string, finished: boolean): void {
    this.finished.set(id, finished);
    for (const oldest of this.finished.keys()) {
      if (this.finished.size <= remembered) {
        return;
      }
      this.finished.delete(oldest);
    }
  }
}
