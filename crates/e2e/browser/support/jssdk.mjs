// An application's site that uses @wecom/jssdk as npm installs it, and a sandbox that is WeCom by name and certificate.
// In: nothing. Out: a stage whose browser finds the site and WeCom's hosts without a hosts file. The site signs its pages
// as the test wants it.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';

import { SandboxStage } from './sandbox.mjs';
import { certificate } from './tls.mjs';

export const CORP = 'ww5f1e2d3c4b5a6978';
export const PORTAL = 'https://portal.example';
export const ELSEWHERE = 'https://elsewhere.example';
const WECOM = ['open.weixin.qq.com', 'open.work.weixin.qq.com', 'login.work.weixin.qq.com', 'qyapi.weixin.qq.com'];

const PAGE = `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>Portal</title><link rel="icon" href="data:,">
<div id="panel"></div>
<script type="module">
import * as ww from '/wecom.js';
window.ww = ww;
</script>
</html>`;

/** How Chromium knows a certificate that it shall take: by its key. */
const fingerprint = (certificate) => {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return crypto.createHash('sha256').update(key).digest('base64');
};

/** The key of a host of WeCom, as a client sees it that trusts the sandbox's authority and nobody else. */
async function keyOf(name, address, authority) {
  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port), servername: name, ca: await readFile(authority) });
  await once(socket, 'secureConnect');
  const found = socket.getPeerX509Certificate();
  socket.destroy();
  return fingerprint(found);
}

export class JsSdkStage extends SandboxStage {
  static async raise() {
    const stage = await this.startWithTls();
    const sdk = await readFile(fileURLToPath(import.meta.resolve('@wecom/jssdk')));
    const pair = await certificate();
    stage.site = createServer(pair, (request, answer) => stage.serve(request, answer, sdk));
    await once(stage.site.listen(0, '127.0.0.1'), 'listening');
    const site = `127.0.0.1:${stage.site.address().port}`;
    const hosts = [PORTAL, ELSEWHERE].map((origin) => [new URL(origin).host, site]);
    const names = [...hosts, ...WECOM.map((name) => [name, stage.tls])];
    const keys = await Promise.all(WECOM.map((name) => keyOf(name, stage.tls, stage.authority)));
    keys.push(fingerprint(new crypto.X509Certificate(pair.cert)));
    stage.flags = [
      `--host-resolver-rules=${names.map(([name, address]) => `MAP ${name} ${address}`).join(',')},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${keys.join(',')}`,
    ];
    stage.origins = [PORTAL, ELSEWHERE, stage.sandbox, ...WECOM.map((name) => `https://${name}`)];
    const domains = { oauth_domain: 'portal.example', web_callback_domains: ['portal.example'] };
    await stage.control('POST', 'agents/change', { agent: 1000002, ...domains });
    return stage;
  }

  /** The application's server: a page, the SDK, and the signature that the page asks for. */
  async serve(request, answer, sdk) {
    if (request.method === 'POST') {
      const chunks = await request.toArray();
      const signed = await this.sign(JSON.parse(Buffer.concat(chunks).toString()));
      answer.setHeader('content-type', 'application/json').end(JSON.stringify(signed));
    } else if (request.url === '/wecom.js') {
      answer.setHeader('content-type', 'text/javascript').end(sdk);
    } else {
      answer.setHeader('content-type', 'text/html').end(PAGE);
    }
  }

  /** A call of WeCom's API with an app's token. */
  async call(path, agent = 1000002) {
    const get = async (address) => (await fetch(`${this.sandbox}/cgi-bin/${address}`)).json();
    const secret = `sandbox-secret-${agent}-AAAAAAAAAAAAAAAAAAAA`;
    const { access_token: token } = await get(`gettoken?corpid=${CORP}&corpsecret=${secret}`);
    const answer = await get(`${path}${path.includes('?') ? '&' : '?'}access_token=${token}`);
    assert.equal(answer.errcode, 0, `${path}: ${answer.errmsg}`);
    return answer;
  }

  /** `call`: whose ticket is right. The rest is what the application gets wrong. */
  async sign({ call, url, ticketOf = call, agent, isAltered = false }) {
    const path = ticketOf === 'config' ? 'get_jsapi_ticket' : 'ticket/get?type=agent_config';
    const { ticket } = await this.call(path, agent);
    const nonceStr = crypto.randomUUID();
    const timestamp = Math.floor(Date.now() / 1000);
    const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${url}`;
    const signature = crypto.createHash('sha1').update(text).digest('hex');
    const altered = (signature[0] === '0' ? '1' : '0') + signature.slice(1);
    return { timestamp, nonceStr, signature: isAltered ? altered : signature };
  }

  async stop() {
    this.site?.closeAllConnections();
    this.site?.close();
    await super.stop();
  }
}
