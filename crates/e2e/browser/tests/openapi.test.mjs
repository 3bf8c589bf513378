// The description of the control API, judged by a validator from PyPI.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { SandboxStage } from '../support/sandbox.mjs';

let stage;
before(async () => { stage = await SandboxStage.start(); });
after(() => stage?.stop());

const validate = async (description) => {
  assert.ok(process.env.PYTHON, 'PYTHON does not say which one has the validator: run `cargo xtask test`');
  const path = join(stage.folder, 'openapi.json');
  await writeFile(path, JSON.stringify(description));
  return promisify(execFile)(process.env.PYTHON, ['-m', 'openapi_spec_validator', path], { env: {} });
};

test('openapi-spec-validator accepts the description of the control API', async () => {
  const description = await stage.control('GET', 'openapi.json');
  await validate(description);
  assert.ok(Object.keys(description.paths).length > 30);
});

test('and it would refuse one that is wrong', async () => {
  const description = await stage.control('GET', 'openapi.json');
  description.paths['/_sandbox/api/clock'].get.responses = { banana: {} };
  await assert.rejects(validate(description));
  const twice = await stage.control('GET', 'openapi.json');
  twice.paths['/_sandbox/api/clock'].get.operationId = twice.paths['/_sandbox/api/script'].get.operationId;
  await assert.rejects(validate(twice));
});
