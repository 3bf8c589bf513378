// A sandbox and a gateway that know each other, on free ports, in a folder of their own. In: what the test
// wants to differ. Out: their addresses. Stopping it fails when either does not end well.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Program } from './program.mjs';
import { SiteServer } from './site.mjs';
import { TlsFront } from './tls.mjs';

const SEED = new URL('../../../wecom-sandbox/src/seed/default.toml', import.meta.url);
const SECRET = 'sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA';

export class Stage {
  /**
   * `privateInfo`: the fields to ask consent for. `connectors`: how many ways in there are. `isTls`: browsers come by
   * https, through a front of ours. `sites`: names of sites behind the gate, each on a host of its own below `localhost`;
   * `site` gives more lines for one, from its name and the origins of all.
   */
  static async start({ privateInfo = [], connectors = 1, isTls = false, sites = [], site = () => '' } = {}) {
    const stage = new Stage();
    stage.folder = await mkdtemp(join(tmpdir(), 'menshen-browser-'));
    const port = await freePort();
    stage.gateway = `http://127.0.0.1:${port}`;
    if (isTls) {
      stage.front = await TlsFront.listen();
      stage.front.to = port;
      stage.gateway = `https://127.0.0.1:${stage.front.port}`;
    }
    for (const name of sites) {
      stage.sites[name] = { origin: `http://${name}.localhost:${port}`, server: await SiteServer.listen() };
    }
    const seed = (await readFile(SEED, 'utf8')).replaceAll('127.0.0.1:8080', new URL(stage.gateway).host);
    await writeFile(join(stage.folder, 'seed.toml'), seed);
    const sandbox = await Program.start(['sandbox', '--listen', '127.0.0.1:0', '--seed', 'seed.toml'], stage.folder);
    stage.programs.push(sandbox);
    stage.sandbox = `http://${sandbox.said.address}`;
    await promisify(execFile)(process.env.MENSHEN, ['init'], { cwd: stage.folder });
    await writeFile(join(stage.folder, 'hq.secret'), SECRET, { mode: 0o600 });
    const config = configuration({ port, url: stage.gateway, sandbox: stage.sandbox, privateInfo, connectors });
    await writeFile(join(stage.folder, 'menshen.toml'), config + siteSections(stage.sites, site));
    stage.programs.push(await Program.start(['serve', '--config', 'menshen.toml'], stage.folder));
    return stage;
  }

  /** The demo instead: both in one process, and a site beside the gateway. */
  static async startDemo() {
    const stage = new Stage();
    stage.folder = await mkdtemp(join(tmpdir(), 'menshen-browser-'));
    const demo = await Program.start(['demo', '--listen', '127.0.0.1:0', '--sandbox-listen', '127.0.0.1:0'], stage.folder);
    stage.programs.push(demo);
    stage.gateway = `http://${demo.said.address}`;
    stage.sandbox = `http://${demo.said.sandbox}`;
    return stage;
  }

  programs = [];

  /** Each site by its name: the origin that browsers see, and the application. */
  sites = {};

  /** Everybody whom a page may ask for anything. */
  get origins() {
    return [this.gateway, this.sandbox, ...Object.values(this.sites).map(({ origin }) => origin)];
  }

  /** Asks the sandbox's control API. */
  async control(method, path, body) {
    const answer = await fetch(`${this.sandbox}/_sandbox/api/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  }

  /** Lets the next call of this path wait; what is returned lets it go on. */
  async hold(path) {
    const { id } = await this.control('POST', 'script', { path, hold: true });
    return () => this.control('POST', `script/${id}/release`, {});
  }

  /** How often the sandbox was asked for this path. */
  async calls(path) {
    const counts = await this.control('GET', 'journal/counts');
    return counts[path] ?? 0;
  }

  /** Everything the gateway logged. */
  get log() {
    return this.programs.at(-1).log.join('\n');
  }

  async stop() {
    await this.front?.stop();
    const codes = [];
    for (const program of this.programs.reverse()) codes.push(await program.stop());
    for (const { server } of Object.values(this.sites)) await server.stop();
    await rm(this.folder, { recursive: true, force: true });
    assert.ok(codes.every((code) => code === 0), `gateway and sandbox end well: ${codes}`);
  }
}

function configuration({ port, url, sandbox, privateInfo, connectors }) {
  const sections = [['hq', '门户', 1000002], ['finance', '报销', 1000003]].slice(0, connectors);
  const section = ([id, label, agent]) => `
[[connector]]
id = "${id}"
label = "${label}"
kind = "agent"
corp_id = "ww5f1e2d3c4b5a6978"
agent_id = ${agent}
secret_file = "hq.secret"
private_info = ${JSON.stringify(privateInfo)}
endpoints = { open = "${sandbox}", login = "${sandbox}", api = "${sandbox}" }
`;
  return `public_url = "${url}"
listen = "127.0.0.1:${port}"
management = "127.0.0.1:0"
data_key_file = "data.key"

[store]
url = "sqlite:menshen.db"
${sections.map(section).join('')}`;
}

function siteSections(sites, more) {
  const section = ([name, { origin, server }]) => `
[[site]]
host = "${new URL(origin).host}"
upstream = "${server.address}"
connector = "hq"
${more(name, sites)}
`;
  return Object.entries(sites).map(section).join('');
}

/** A port that was free a moment ago: the trusted domain has to be known before the gateway starts. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
