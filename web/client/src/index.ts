/** The page's end of Proa's channel. Start reading at `Channel` in channel.ts. */
export { Channel, type Connection, type Handlers, type Options } from './channel.ts';
export type { Batch, Cause, ChannelEvent, Intent, UpstreamStatus } from './messages.ts';
export { type Socket, type Surroundings, browserSurroundings } from './surroundings.ts';
