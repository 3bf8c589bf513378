// A program's address for WeCom's pushes: it proves that it has the keys and takes everything. In: nothing. Out: its
// address, what came to it, opened, and how it stops.

import crypto from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export const TOKEN = 'TokenForTests01';
export const KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

/** The text inside: 16 random bytes, its length, itself, whose it is. */
const open = (sealed) => {
  const key = Buffer.from(`${KEY}=`, 'base64');
  const decipher = crypto.createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]);
  return plain.subarray(20, 20 + plain.readUInt32BE(16)).toString();
};

export async function receiver() {
  const got = [];
  const server = createServer(async (request, answer) => {
    const echo = new URL(request.url, 'http://h').searchParams.get('echostr');
    if (echo) {
      answer.end(open(echo));
      return;
    }
    const body = Buffer.concat(await request.toArray()).toString();
    got.push(open(body.match(/<Encrypt><!\[CDATA\[(.*?)\]\]>/)[1]));
    answer.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}/callback`, got, stop };
}
