// A small application behind the gate. In: nothing. Out: an address, and every request that reached it. It says who the
// gate says it is, and keeps what is sent to it; it knows nothing of sign-in.

import { createServer } from 'node:http';

/** What only this application says. */
export const CANARY = 'canary-of-the-application';

const page = (body) => `<!doctype html><html lang="en"><title>A site</title><link rel="icon" href="data:,"><main><h1>${CANARY}</h1>${body}</main></html>`;

const FORM = '<form method="post" action="/save"><textarea name="text"></textarea><button>Save</button></form>';

export class SiteServer {
  static async listen() {
    const site = new SiteServer();
    site.server = createServer((request, answer) => site.answer(request, answer));
    await new Promise((done) => site.server.listen(0, '127.0.0.1', done));
    site.address = `http://127.0.0.1:${site.server.address().port}`;
    return site;
  }

  /** Method, path and body of every request, its cookies, and the assertion that came with it. */
  requests = [];

  async answer(request, answer) {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { cookie = '', 'x-menshen-assertion': assertion } = request.headers;
    this.requests.push({ line: `${request.method} ${request.url}`, body, cookie, assertion });
    const user = request.headers['x-menshen-user'];
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(page(`<p class="user">${user}</p>${request.method === 'POST' ? `<p class="saved">${body}</p>` : FORM}`));
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
