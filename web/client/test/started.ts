import { Channel, type Handlers } from '../src/index.ts';
import { HandTurned } from './hand-turned.ts';

/** A channel whose world is turned by hand, and what its page heard. */
export function start(extra: Partial<Handlers> = {}) {
  const world = new HandTurned();
  const heard: string[] = [];
  const states: string[] = [];
  const channel = new Channel(
    {
      batch: (batch) => heard.push(...batch.e.map((event) => `${batch.g}-${batch.s}:${event.type}`)),
      resync: (cause, scope, dropped) => heard.push(`resync ${cause} ${scope ?? '*'} ${dropped}`),
      connection: (state) => states.push(state.name),
      ...extra,
    },
    { surroundings: world },
  );
  return { world, heard, states, channel };
}

export const hello = (g: number) => ({ t: 'hello', g, client: 'c1', heartbeat_ms: 10_000 });

export const batch = (g: number, s: number, ...types: string[]) => ({ t: 'batch', g, s, at: 0, e: types.map((type) => ({ type, data: {}, n: 1 })) });
