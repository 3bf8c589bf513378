// A sandbox alone, on free ports: what the tests of foreign programs stand on. In: the words of its command line.
// Out: its address and its control API. Stopping it fails when it does not end well.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Program } from './program.mjs';

export class SandboxStage {
  static async start(words = []) {
    const stage = new this();
    stage.folder = await mkdtemp(join(tmpdir(), 'menshen-sandbox-'));
    stage.program = await Program.start(['sandbox', '--listen', '127.0.0.1:0', ...words], stage.folder);
    stage.sandbox = `http://${stage.program.said.address}`;
    return stage;
  }

  /** With a TLS listener that is WeCom's four hosts by name. */
  static async startWithTls() {
    const stage = await this.start(['--tls-listen', '127.0.0.1:0', '--tls-dir', 'tls']);
    stage.tls = stage.program.said['tls.address'];
    stage.authority = join(stage.folder, 'tls', 'ca.pem');
    return stage;
  }

  /** Asks the control API. */
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

  async stop() {
    const code = await this.program.stop();
    await rm(this.folder, { recursive: true, force: true });
    assert.equal(code, 0, 'the sandbox ends well');
  }
}
