// The examples of docs/handbook/assertion.md, run as they are printed there, with the real libraries: what they let
// pass and what they refuse. Only the address of the key set is another.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Stage } from '../support/stage.mjs';
import { IN_WECOM, Visitor, launch } from '../support/visitor.mjs';

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
let server;
let verifiers;
const interpreters = [];

/** Whether a program is on this machine. */
const isThere = (program, ...words) => spawnSync(program, words, { stdio: 'ignore' }).status === 0;

/** Why a language cannot be tried here; Python and Node.js are always there. */
const MISSING = {
  go: isThere('go', 'version') ? undefined : 'go is not on this machine',
  java: isThere('javac', '--version') ? undefined : 'javac is not on this machine',
};
const LANGUAGES = ['python', 'node', 'go', 'java'];
const FENCES = { python: 'python', node: 'js', go: 'go', java: 'java' };

/** The examples that can be run here, each for this key set, gateway and site: from an assertion to who it is. */
const examples = async (keySet, gateway, site) => {
  const page = await readFile(PAGE, 'utf8');
  const start = { python, node, go, java };
  const found = {};
  for (const language of LANGUAGES.filter((one) => !MISSING[one])) {
    const code = page.split(`\`\`\`${FENCES[language]}\n`)[1].split('```')[0]
      .replace(`${ISSUER}/_menshen/jwks.json`, keySet).replaceAll(ISSUER, gateway).replaceAll(SITE, site);
    found[language] = await start[language](code, await mkdtemp(join(folder, `${language}-`)));
  }
  return found;
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'menshen-assertion-'));
  const set = JSON.stringify({ keys: [{ ...jwk(ours), kid: KID, use: 'sig', alg: 'ES256' }] });
  server = createServer((_, answer) => answer.setHeader('content-type', 'application/jwk-set+json').end(set));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  verifiers = await examples(`http://127.0.0.1:${server.address().port}/`, ISSUER, SITE);
});

after(async () => {
  for (const interpreter of interpreters) interpreter.stdin.end();
  server?.close();
  if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

// One process for all tokens: it reads them line by line, and says who it is, or why not.
const PYTHON_LOOP = `
import json, sys
for line in sys.stdin:
    try:
        print(json.dumps({"who": who(line.strip())}), flush=True)
    except jwt.PyJWTError as error:
        print(json.dumps({"error": repr(error)}), flush=True)
`;
const GO_LOOP = `package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		answer := map[string]any{}
		if claims, err := who(lines.Text()); err != nil {
			answer["error"] = err.Error()
		} else {
			answer["who"] = claims
		}
		text, _ := json.Marshal(answer)
		fmt.Println(string(text))
	}
}
`;
// Java has no JSON to answer in: the names and values that are texts, encoded as in an address.
const JAVA_LOOP = `
import java.io.*;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class Loop {
    public static void main(String[] words) throws IOException {
        Assertions assertions = new Assertions();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null;) {
            StringBuilder answer = new StringBuilder();
            try {
                for (Map.Entry<String, Object> claim : assertions.who(line).entrySet())
                    if (claim.getValue() instanceof String text)
                        answer.append(claim.getKey()).append('=').append(URLEncoder.encode(text, StandardCharsets.UTF_8)).append('&');
            } catch (Exception refused) {
                answer = new StringBuilder("!").append(refused.toString().replace('\\n', ' '));
            }
            System.out.println(answer);
        }
    }
}
`;

const line = (program, words, env, read = JSON.parse) => {
  const interpreter = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  interpreters.push(interpreter);
  const answers = createInterface({ input: interpreter.stdout })[Symbol.asyncIterator]();
  return async (token) => {
    interpreter.stdin.write(`${token}\n`);
    const { value, done } = await answers.next();
    assert.ok(!done, `${program} ended`);
    const { who, error } = read(value);
    if (error) throw new Error(error);
    return who;
  };
};

const python = async (code, place) => {
  assert.ok(process.env.PYTHON, 'PYTHON does not say which one has PyJWT: run `cargo xtask test`');
  await writeFile(join(place, 'who.py'), code + PYTHON_LOOP);
  return line(process.env.PYTHON, [join(place, 'who.py')], {});
};

const node = async (code, place) => {
  const file = join(place, 'who.mjs');
  // The example lies elsewhere than the packages.
  await writeFile(file, code.replace("'jose'", `'${import.meta.resolve('jose')}'`));
  const { who } = await import(pathToFileURL(file));
  return who;
};

const go = async (code, place) => {
  await writeFile(join(place, 'who.go'), code);
  await writeFile(join(place, 'loop.go'), GO_LOOP);
  // No network, no module: the standard library alone.
  const env = { PATH: process.env.PATH, HOME: folder, GOPROXY: 'off', GO111MODULE: 'off' };
  compile('go', ['build', '-o', 'who', 'who.go', 'loop.go'], { cwd: place, env });
  return line(join(place, 'who'), [], {});
};

const java = async (code, place) => {
  await writeFile(join(place, 'Assertions.java'), code);
  await writeFile(join(place, 'Loop.java'), JAVA_LOOP);
  const env = { PATH: process.env.PATH };
  compile('javac', ['-Xlint:all,-serial,-rawtypes', '-Werror', 'Assertions.java', 'Loop.java'], { cwd: place, env });
  return line('java', ['-cp', place, 'Loop'], env, (said) =>
    said.startsWith('!') ? { error: said } : { who: Object.fromEntries(new URLSearchParams(said)) });
};

const compile = (program, words, options) => {
  const { status, stdout, stderr } = spawnSync(program, words, { ...options, encoding: 'utf8' });
  assert.equal(status, 0, `${program}: ${stdout}${stderr}`);
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

for (const language of LANGUAGES) {
  const skip = MISSING[language] ?? false;
  test(`the example for ${language} says who it is`, { skip }, async () => {
    const who = await verifiers[language](signed(HEADER, claims({ name: '张三' })));
    assert.equal(who.preferred_username, 'zhangsan');
    assert.equal(who.name, '张三');
  });

  test(`the example for ${language} refuses what is for others, too old, or no assertion`, { skip }, async () => {
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

for (const language of LANGUAGES) {
  const skip = MISSING[language] ?? false;
  test(`s_148 the example for ${language} takes neither key nor algorithm from the token`, { skip }, async () => {
    const spki = ours.publicKey.export({ type: 'spki', format: 'pem' });
    const open = `${encode({ ...HEADER, alg: 'none' })}.${encode(claims())}.`;
    const [head, body, signature] = signed(HEADER, claims()).split('.');
    const forged = {
      'alg none': open,
      'alg None': `${encode({ ...HEADER, alg: 'None' })}.${encode(claims())}.`,
      'no alg': signed(without('alg', HEADER), claims()),
      'no signature': `${head}.${body}.`,
      'a signature of zeros': `${head}.${body}.${Buffer.alloc(64).toString('base64url')}`,
      'half a signature': `${head}.${body}.${signature.slice(0, 43)}`,
      'more behind it': `${head}.${body}.${signature}.`,
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
    for (const [what, token] of Object.entries(forged)) {
      await assert.rejects(verifiers[language](token), isRefusal, what);
    }
  });
}

test('every example takes the assertion of a real gateway, for its own site', { timeout: 240_000 }, async () => {
  const stage = await Stage.start({ sites: ['wiki'] });
  const browser = await launch(stage.flags);
  try {
    const visitor = await Visitor.come(browser, stage, { userAgent: IN_WECOM });
    const { origin, server: site } = stage.sites.wiki;
    await visitor.be('member:zhangsan');
    await visitor.page.goto(`${origin}/`);
    const { assertion } = site.requests.at(-1);
    await visitor.leave();
    const keySet = `${stage.gateway}/_menshen/jwks.json`;
    const ours = await examples(keySet, stage.gateway, origin);
    for (const language of Object.keys(ours)) {
      const who = await ours[language](assertion);
      assert.equal(who.preferred_username, 'zhangsan', language);
      assert.equal(who.name, '张三', language);
      assert.ok(who.sub, language);
      await assert.rejects(verifiers[language](assertion), isRefusal, `${language}: for another site`);
    }
  } finally {
    await browser.close();
    await stage.stop();
  }
});
