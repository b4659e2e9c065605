// The server's side of RFC 6455, as much of it as short text messages need; nothing but Node itself.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';

const MOST_BYTES = 64 * 1024;
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** Answers the upgrade and gives the connection, or refuses it and gives null. */
export function accept(message, socket) {
  const key = message.headers['sec-websocket-key'];
  if (message.headers['sec-websocket-version'] !== '13' || !key) {
    socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    return null;
  }
  // RFC 6455 4.2.2: the key and this constant, summed up, prove that the handshake was understood.
  const proof = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`);
  return new Connection(socket);
}

class Connection {
  onText = () => {};
  onClose = () => {};
  #socket;
  #held = Buffer.alloc(0);
  #closing = false;

  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#take(data));
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', () => this.onClose());
  }

  send(text) {
    // Who does not read is let go, so that nothing piles up here.
    if (this.#socket.writableLength > 4 * MOST_BYTES) this.#socket.destroy();
    else if (!this.#closing) this.#frame(TEXT, Buffer.from(text));
  }

  close(code) {
    if (this.#closing) return;
    this.#closing = true;
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    this.#frame(CLOSE, body);
    this.#socket.end();
  }

  #take(data) {
    this.#held = Buffer.concat([this.#held, data]);
    while (!this.#closing) {
      const frame = this.#next();
      if (frame === null) return;
      this.#handle(frame);
    }
  }

  /** The next whole frame, or null if it has not come yet. */
  #next() {
    const held = this.#held;
    if (held.length < 2) return null;
    const short = held[1] & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (held.length < 6 + lengthBytes) return null;
    const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? Number(held.readBigUInt64BE(2)) : short;
    // RFC 6455 5.1: a client masks its frames. Messages in parts are not taken here.
    if ((held[1] & 0x80) === 0 || (held[0] & 0x70) !== 0) return { refused: 1002 };
    if ((held[0] & 0x80) === 0 || (held[0] & 0x0f) === 0) return { refused: 1003 };
    if (length > MOST_BYTES) return { refused: 1009 };
    const begin = 6 + lengthBytes;
    if (held.length < begin + length) return null;
    const mask = held.subarray(begin - 4, begin);
    const body = Buffer.from(held.subarray(begin, begin + length));
    for (let i = 0; i < body.length; i++) body[i] ^= mask[i & 3];
    this.#held = held.subarray(begin + length);
    return { kind: held[0] & 0x0f, body };
  }

  #handle({ refused, kind, body }) {
    if (refused) this.close(refused);
    else if (kind === TEXT) this.#text(body);
    else if (kind === PING) this.#frame(PONG, body);
    else if (kind === CLOSE) this.close(1000);
    else if (kind !== PONG) this.close(1003);
  }

  #text(body) {
    // RFC 6455 8.1: text that is no UTF-8 ends the connection.
    if (isUtf8(body)) this.onText(body.toString('utf8'));
    else this.close(1007);
  }

  #frame(kind, body) {
    const long = body.length > 65535 ? 10 : body.length > 125 ? 4 : 2;
    const head = Buffer.alloc(long);
    head[0] = 0x80 | kind;
    if (long === 2) head[1] = body.length;
    else if (long === 4) head.writeUInt16BE(body.length, 2);
    else head.writeBigUInt64BE(BigInt(body.length), 2);
    if (long !== 2) head[1] = long === 4 ? 126 : 127;
    this.#socket.write(Buffer.concat([head, body]));
  }
}
