import { describe, expect, it } from 'vitest';
import { batch, hello, start } from './started.ts';

describe('delivering', () => {
  it('asks for the snapshot once at the start and joins a running count', () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 41, 'a', 'b'));
    world.socket.say(batch(3, 42, 'c'));

    expect(heard).toEqual(['resync start * 0', '3-41:a', '3-41:b', '3-42:c']);
  });

  it('ignores batches it has seen and batches of an older generation', () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 1, 'a'));
    world.socket.say(batch(3, 1, 'a'));
    world.socket.say(batch(2, 9, 'old'));

    expect(heard).toEqual(['resync start * 0', '3-1:a']);
  });

  it('announces a gap before the batch behind it and asks the runtime for a resync', () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 1, 'a'));
    world.socket.say(batch(3, 4, 'd'));

    expect(heard).toEqual(['resync start * 0', '3-1:a', 'resync gap * 0', '3-4:d']);
    expect(world.socket.kinds()).toContain('resync');
  });

  it('passes a resync of one scope on and keeps counting', () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 1, 'a'));
    world.socket.say({ t: 'resync', g: 3, cause: 'dropped', scope: 's9', dropped: 12 });
    world.socket.say(batch(3, 3, 'c'));

    expect(heard).toEqual(['resync start * 0', '3-1:a', 'resync dropped s9 12', 'resync gap * 0', '3-3:c']);
  });

  it('announces a restart also when the greeting of the new generation is missing', () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 5, 'a'));
    world.socket.say(batch(4, 1, 'b'));

    expect(heard).toEqual(['resync start * 0', '3-5:a', 'resync restart * 0', '4-1:b']);
  });

  it('lets the count jump after a resync of everything', () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 1, 'a'));
    world.socket.say({ t: 'resync', g: 3, cause: 'overflow', dropped: 7 });
    world.socket.say(batch(3, 9, 'i'));

    expect(heard).toEqual(['resync start * 0', '3-1:a', 'resync overflow * 7', '3-9:i']);
  });

  it('survives frames it does not know and text that is not JSON', () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    for (const frame of ['{', 'null', '[]', '7', '"x"', '{"t":"future"}', '{"t":"batch","g":"3","s":1,"e":[]}', '{"t":"batch","g":3,"s":1,"e":5}']) {
      world.socket.say(frame);
    }
    world.socket.say(batch(3, 1, 'a'));

    expect(heard).toEqual(['resync start * 0', '3-1:a']);
  });

  it('keeps an event it cannot read in its place instead of losing it', () => {
    const seen: unknown[] = [];
    const { world } = start({ batch: (arrived) => seen.push(...arrived.e) });
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say({ t: 'batch', g: 3, s: 1, at: 0, e: [null, { id: 7, scope: 's', type: 'a', data: 'text', n: 3 }] });

    expect(seen).toEqual([
      { type: '', data: undefined, n: 1 },
      { id: '7', scope: 's', type: 'a', data: 'text', n: 3 },
    ]);
  });
});

describe('acknowledging', () => {
  it('acknowledges the newest batch at most once per 50 ms', async () => {
    const { world } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    for (let s = 1; s <= 20; s++) {
      world.socket.say(batch(3, s, 'a'));
    }
    expect(world.socket.kinds()).not.toContain('ack');
    await world.pass(50);
    world.socket.say(batch(3, 21, 'a'));
    await world.pass(50);

    expect(world.socket.sent.filter((message) => message.t === 'ack')).toEqual([
      { t: 'ack', g: 3, s: 20 },
      { t: 'ack', g: 3, s: 21 },
    ]);
  });

  it('sends no acknowledgement of an old connection on a new one', async () => {
    const { world } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 5, 'a'));
    world.socket.fail();
    await world.pass(250);
    world.socket.accept();
    world.socket.say(hello(3));
    await world.pass(100);

    expect(world.socket.kinds()).toEqual(['resume', 'visible']);
  });
});

describe('reconnecting', () => {
  it('resumes in its first frame and then says again what still holds', async () => {
    const { world, heard, channel } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 5, 'a'));
    channel.activate('s1');
    channel.ready({ rows: 4 });
    world.socket.fail();
    await world.pass(250);
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 6, 'b'));

    expect(world.socket.sent).toEqual([
      { t: 'resume', g: 3, s: 5 },
      { t: 'visible', v: true },
      { t: 'active', scope: 's1' },
      { t: 'ready', rows: 4 },
    ]);
    expect(heard).toEqual(['resync start * 0', '3-5:a', '3-6:b']);
  });

  it('announces batches that a resumed connection skips, also when none had come before', async () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.fail();
    await world.pass(250);
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 2, 'b'));

    expect(world.socket.sent[0]).toEqual({ t: 'resume', g: 3, s: 0 });
    expect(heard).toEqual(['resync start * 0', 'resync gap * 0', '3-2:b']);
  });

  it('announces a restart of the runtime and takes its count from anew', async () => {
    const { world, heard } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 5, 'a'));
    world.socket.fail();
    await world.pass(250);
    world.socket.accept();
    world.socket.say(hello(4));
    world.socket.say(batch(4, 1, 'b'));

    expect(heard).toEqual(['resync start * 0', '3-5:a', 'resync restart * 0', '4-1:b']);
  });

  it('waits 0.25 s, 0.5 s, 1 s ... 5 s at the least and twice as long at the most', async () => {
    for (const [chance, expected] of [
      [0, [250, 500, 1000, 2000, 4000, 5000, 5000]],
      [0.9999, [500, 1000, 2000, 4000, 8000, 9999, 9999]],
    ] as const) {
      const waits: number[] = [];
      const { world } = start({
        connection: (state) => {
          if (state.name === 'reconnecting' && state.nextAt !== null) {
            waits.push(state.nextAt - world.now());
          }
        },
      });
      world.chance = () => chance;
      world.answer = () => null;
      for (let turn = 0; turn < 7; turn++) {
        world.socket.fail();
        await world.pass(10_000);
      }
      waits.forEach((wait, turn) => expect(Math.abs(wait - (expected[turn] ?? 0))).toBeLessThanOrEqual(1));
      expect(waits).toHaveLength(7);
    }
  });

  it('starts with the shortest wait again only after a connection that lived for five seconds', async () => {
    const attempts: number[] = [];
    const { world } = start({
      connection: (state) => {
        if (state.name === 'reconnecting' && state.nextAt !== null) {
          attempts.push(state.attempt);
        }
      },
    });
    const liveFor = async (ms: number) => {
      world.socket.accept();
      world.socket.say(hello(3));
      await world.pass(ms);
      world.socket.fail();
      await world.pass(10_000);
    };
    await liveFor(4_000);
    await liveFor(4_000);
    await liveFor(5_000);

    expect(attempts).toEqual([1, 2, 1]);
  });

  it('gives up a connection that is not greeted within ten seconds', async () => {
    const { world } = start();
    world.socket.accept();
    await world.pass(9_999);
    expect(world.sockets).toHaveLength(1);
    await world.pass(300);

    expect(world.sockets[0]?.closed).toBe(true);
    expect(world.sockets).toHaveLength(2);
  });

  it('tries at once when the page is shown again', async () => {
    const { world } = start();
    world.answer = () => null;
    world.socket.fail();
    world.wake();

    expect(world.sockets).toHaveLength(2);
  });
});

describe('intents', () => {
  it('reach the app once each and are answered as often as they are repeated', async () => {
    const handled: string[] = [];
    const { world } = start({ intent: (intent) => handled.push(`${intent.id} ${intent.kind}`) });
    world.socket.accept();
    world.socket.say(hello(3));
    for (let turn = 0; turn < 3; turn++) {
      world.socket.say({ t: 'intent', id: 'i1', kind: 'navigate', data: '/x' });
      await world.pass(0);
    }

    expect(handled).toEqual(['i1 navigate']);
    expect(world.socket.sent.filter((message) => message.t === 'done')).toEqual(Array(3).fill({ t: 'done', id: 'i1' }));
  });

  it('are done when the app is, and said so on the next connection if this one is lost meanwhile', async () => {
    let finish = () => undefined as void;
    const { world } = start({ intent: () => new Promise<void>((resolve) => (finish = resolve)) });
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say({ t: 'intent', id: 'i1', kind: 'navigate', data: '/x' });
    world.socket.say({ t: 'intent', id: 'i1', kind: 'navigate', data: '/x' });
    await world.pass(0);
    expect(world.socket.kinds()).not.toContain('done');
    world.socket.fail();
    await world.pass(250);
    finish();
    await world.pass(0);
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say({ t: 'intent', id: 'i1', kind: 'navigate', data: '/x' });

    expect(world.socket.sent.at(-1)).toEqual({ t: 'done', id: 'i1' });
  });
});

describe('closing', () => {
  it('leaves no timer, no open socket, and is not undone by waking', async () => {
    const { world, channel } = start();
    world.socket.accept();
    world.socket.say(hello(3));
    world.socket.say(batch(3, 1, 'a'));
    channel.close();
    const timers = world.pendingTimers();
    world.wake();
    await world.pass(60_000);

    expect(timers).toBe(0);
    expect(world.sockets.map((socket) => socket.closed)).toEqual([true]);
    expect(channel.connection()).toEqual({ name: 'closed' });
  });
});
