// wechatpy from PyPI, unmodified: the sandbox stands in for WeCom's hosts by name and certificate. Each case has a
// sandbox of its own.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { SandboxStage } from '../support/sandbox.mjs';

const here = (path) => fileURLToPath(new URL(`../foreign/${path}`, import.meta.url));
const CASES = [
  'token', 'a_wrong_secret', 'legacy_user_info', 'a_code_twice', 'member', 'departments', 'tickets',
  'renewal_after_an_early_end', 'an_endless_retry_ends_with_the_fault',
];

for (const name of CASES) {
  test(`wechatpy: ${name.replaceAll('_', ' ')}`, { timeout: 60_000 }, async () => {
    assert.ok(process.env.PYTHON, 'PYTHON does not say which one has wechatpy: run `cargo xtask test`');
    const stage = await SandboxStage.startWithTls();
    try {
      const env = {
        PYTHONPATH: here('hosts'), PYTHONDONTWRITEBYTECODE: '1', REQUESTS_CA_BUNDLE: stage.authority,
        WECOM_TLS: stage.tls, SANDBOX: stage.sandbox,
      };
      await promisify(execFile)(process.env.PYTHON, [here('walk_wechatpy.py'), name], { env });
    } finally {
      await stage.stop();
    }
  });
}
