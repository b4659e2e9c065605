import { describe, expect, it } from 'vitest';
import { hello, start } from './started.ts';

describe('noticing a dead connection', () => {
  async function live() {
    const started = start();
    started.world.socket.accept();
    started.world.socket.say(hello(3));
    await started.world.pass(0);
    return started;
  }

  it('measures the round trip at once', async () => {
    const { world, channel } = await live();

    expect(world.probed).toEqual(['/_proa/health/live']);
    expect(channel.connection()).toMatchObject({ name: 'live', latencyMs: 0 });
  });

  it('opens a new one when the runtime no longer answers', async () => {
    const { world, states } = await live();
    world.answer = () => null;
    await world.pass(10_000);

    expect(states).toEqual(['connecting', 'live', 'live', 'reconnecting'].slice(1));
    expect(world.sockets[0]?.closed).toBe(true);
  });

  it('keeps one that brings frames though a probe went unanswered', async () => {
    const { world, states } = await live();
    world.answer = () => {
      world.socket.say({ t: 'status', upstream: 'backend', state: 'ready', attempt: 0, next_at: null });
      return null;
    };
    await world.pass(10_000);

    expect(states.at(-1)).toBe('live');
  });

  it('opens a new one when written bytes stay while the runtime answers', async () => {
    const { world, states } = await live();
    world.socket.bufferedAmount = 30;
    await world.pass(10_000);

    expect(states.at(-1)).toBe('reconnecting');
  });

  it('looks at once when the machine wakes', async () => {
    const { world } = await live();
    world.answer = () => null;
    world.wake();
    await world.pass(0);

    expect(world.sockets[0]?.closed).toBe(true);
  });

  it('leaves a hidden page alone until the connection was silent for two heartbeats', async () => {
    const { world } = await live();
    world.shown = false;
    await world.pass(20_000);
    expect(world.probed).toHaveLength(1);
    await world.pass(10_000);

    expect(world.probed).toHaveLength(2);
  });
});

describe('a page the runtime does not know', () => {
  it('is unauthorized after a refused upgrade whose reason is 401, and does not try again by itself', async () => {
    const { world, states } = start();
    world.answer = () => 401;
    world.socket.fail();
    await world.pass(60_000);

    expect(states.at(-1)).toBe('unauthorized');
    expect(world.probed).toEqual(['/_proa/runtime/info']);
    expect(world.sockets).toHaveLength(1);
  });

  it('tries again when the person comes back to it', async () => {
    const { world, states } = start();
    world.answer = () => 401;
    world.socket.fail();
    await world.pass(1_000);
    world.wake();
    world.socket.accept();
    world.socket.say(hello(3));

    expect(states.at(-1)).toBe('live');
  });

  it('goes on trying when the refusal had another reason', async () => {
    const { world, states } = start();
    world.answer = () => 503;
    world.socket.fail();
    await world.pass(250);

    expect(states.at(-1)).toBe('reconnecting');
    expect(world.sockets).toHaveLength(2);
  });

  it('goes on trying when the runtime that refused it is gone', async () => {
    const { world, states } = start();
    world.answer = () => 401;
    world.socket.fail();
    await world.pass(1_000);
    world.answer = () => null;
    world.wake();
    world.socket.fail();
    await world.pass(1_000);

    expect(states.at(-1)).toBe('reconnecting');
    expect(world.sockets.length).toBeGreaterThan(2);
  });
});
