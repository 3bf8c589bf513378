// A TLS front before a gateway, as a proxy of the operator's would be: it ends TLS and passes everything on, the host
// included. In: where the gateway listens. Out: an https server on a port of its own. Its certificate is the one that the
// tests of the SDK make for 127.0.0.1; a browser has to be told to take it.

import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';

const CERTIFICATES = new URL('../../../wecom-sdk/tests/it/tls/', import.meta.url);

const pem = async (kind, file) => {
  const bytes = await readFile(new URL(file, CERTIFICATES));
  return `-----BEGIN ${kind}-----\n${bytes.toString('base64')}\n-----END ${kind}-----\n`;
};

/** That certificate and its key, as PEM. */
export const certificate = async () => {
  const [cert, key] = await Promise.all([pem('CERTIFICATE', 'good.der'), pem('PRIVATE KEY', 'key.der')]);
  return { cert, key };
};

export class TlsFront {
  /** Listens at once; what it passes requests on to may come later. */
  static async listen() {
    const front = new TlsFront();
    front.server = createServer(await certificate(), (incoming, outgoing) => front.pass(incoming, outgoing));
    await new Promise((done) => front.server.listen(0, '127.0.0.1', done));
    front.port = front.server.address().port;
    return front;
  }

  pass(incoming, outgoing) {
    const { method, url: path, headers } = incoming;
    const passed = request({ host: '127.0.0.1', port: this.to, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
