// The examples of docs/handbook/assertion.md, run as they are printed there, with the real libraries: what they let
// pass and what they refuse. Only the address of the key set is another.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const PAGE = new URL('../../../../docs/handbook/assertion.md', import.meta.url);
const ISSUER = 'https://login.example.com';
const SITE = 'https://wiki.example.com';
const KID = 'the-key';

const pair = () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ours = pair();
const theirs = pair();
const jwk = ({ publicKey }) => publicKey.export({ format: 'jwk' });
const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

let folder;
let interpreter;
let server;
let verifiers;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'menshen-assertion-'));
  const set = JSON.stringify({ keys: [{ ...jwk(ours), kid: KID, use: 'sig', alg: 'ES256' }] });
  server = createServer((_, answer) => answer.setHeader('content-type', 'application/jwk-set+json').end(set));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const page = await readFile(PAGE, 'utf8');
  const example = (language) => page.split(`\`\`\`${language}\n`)[1].split('```')[0]
    .replace(`${ISSUER}/_menshen/jwks.json`, `http://127.0.0.1:${server.address().port}/`);
  verifiers = { python: await python(example('python')), node: await node(example('js')) };
});

after(async () => {
  interpreter?.stdin.end();
  server?.close();
  if (folder) await rm(folder, { recursive: true });
});

// One interpreter for all tokens: it reads them line by line, and says who it is, or why not.
const LOOP = `
import json, sys
for line in sys.stdin:
    try:
        print(json.dumps({"who": who(line.strip())}), flush=True)
    except jwt.PyJWTError as error:
        print(json.dumps({"error": repr(error)}), flush=True)
`;

const python = async (code) => {
  assert.ok(process.env.PYTHON, 'PYTHON does not say which one has PyJWT: run `cargo xtask test`');
  const file = join(folder, 'who.py');
  await writeFile(file, code + LOOP);
  interpreter = spawn(process.env.PYTHON, [file], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: interpreter.stdout })[Symbol.asyncIterator]();
  return async (token) => {
    interpreter.stdin.write(`${token}\n`);
    const { value, done } = await answers.next();
    assert.ok(!done, 'the interpreter ended');
    const { who, error } = JSON.parse(value);
    if (error) throw new Error(error);
    return who;
  };
};

const node = async (code) => {
  const file = join(folder, 'who.mjs');
  // The example lies elsewhere than the packages.
  await writeFile(file, code.replace("'jose'", `'${import.meta.resolve('jose')}'`));
  const { who } = await import(pathToFileURL(file));
  return who;
};

// A broken test is no refusal.
const isRefusal = (error) => !(error instanceof assert.AssertionError) && !(error instanceof TypeError && !error.code);

const now = () => Math.floor(Date.now() / 1000);
const HEADER = { alg: 'ES256', typ: 'menshen-assertion+jwt', kid: KID };
const claims = (changes = {}) => ({
  iss: ISSUER, aud: SITE, sub: 'a-subject', iat: now(), exp: now() + 300, preferred_username: 'zhangsan', groups: [],
  ...changes,
});
const without = (name, values) => Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

const signed = (header, payload, key = ours.privateKey) => {
  const text = `${encode(header)}.${encode(payload)}`;
  const signature = crypto.sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
};
const mac = (header, payload, secret) => {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${crypto.createHmac('sha256', secret).update(text).digest('base64url')}`;
};

for (const language of ['python', 'node']) {
  test(`the example for ${language} says who it is`, async () => {
    const who = await verifiers[language](signed(HEADER, claims({ name: '张三' })));
    assert.equal(who.preferred_username, 'zhangsan');
    assert.equal(who.name, '张三');
  });

  test(`the example for ${language} refuses what is for others, too old, or no assertion`, async () => {
    const refused = {
      'another site': signed(HEADER, claims({ aud: 'https://hr.example.com' })),
      'another gateway': signed(HEADER, claims({ iss: 'https://login.example.net' })),
      'too old': signed(HEADER, claims({ iat: now() - 400, exp: now() - 100 })),
      'without an end': signed(HEADER, without('exp', claims())),
      'without a subject': signed(HEADER, without('sub', claims())),
      'another type': signed({ ...HEADER, typ: 'JWT' }, claims()),
      'no type': signed(without('typ', HEADER), claims()),
    };
    for (const [what, token] of Object.entries(refused)) {
      await assert.rejects(verifiers[language](token), isRefusal, what);
    }
  });
}

test('s_148 no example takes its key or its algorithm from the token', async () => {
  const spki = ours.publicKey.export({ type: 'spki', format: 'pem' });
  const open = `${encode({ ...HEADER, alg: 'none' })}.${encode(claims())}.`;
  const [head, body, signature] = signed(HEADER, claims()).split('.');
  const forged = {
    'alg none': open,
    'alg None': `${encode({ ...HEADER, alg: 'None' })}.${encode(claims())}.`,
    'no alg': signed(without('alg', HEADER), claims()),
    'no signature': `${head}.${body}.`,
    'HS256 with the public key as PEM': mac({ ...HEADER, alg: 'HS256' }, claims(), spki),
    'HS256 with a coordinate': mac({ ...HEADER, alg: 'HS256' }, claims(), jwk(ours).x),
    'an embedded key': signed({ ...HEADER, jwk: jwk(theirs) }, claims(), theirs.privateKey),
    'an address of keys': signed({ ...HEADER, jku: 'http://127.0.0.1:1/' }, claims(), theirs.privateKey),
    'an address of certificates': signed({ ...HEADER, x5u: 'http://127.0.0.1:1/' }, claims(), theirs.privateKey),
    'another key': signed(HEADER, claims(), theirs.privateKey),
    'an unknown kid': signed({ ...HEADER, kid: 'another' }, claims(), theirs.privateKey),
    'a path as kid': signed({ ...HEADER, kid: '../../dev/null' }, claims(), theirs.privateKey),
    'SQL as kid': signed({ ...HEADER, kid: "x' OR '1'='1" }, claims(), theirs.privateKey),
    'an unknown critical header': signed({ ...HEADER, crit: ['exp'], exp: 1 }, claims()),
    'an unencoded payload': signed({ ...HEADER, crit: ['b64'], b64: false }, claims()),
    'another payload': `${head}.${encode(claims({ sub: 'somebody-else' }))}.${signature}`,
  };
  for (const [language, who] of Object.entries(verifiers)) {
    for (const [what, token] of Object.entries(forged)) {
      await assert.rejects(who(token), isRefusal, `${language}: ${what}`);
    }
  }
});
