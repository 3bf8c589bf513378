// The programs of docs/sandbox/examples, exactly as they lie there: each signs a member in against the sandbox, in a
// real browser, and turns strangers, refusals and forged callbacks away. A language whose runtime is not on this
// machine is skipped by name.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { SandboxStage } from '../support/sandbox.mjs';
import { freePort } from '../support/stage.mjs';
import { IN_WECOM, Visitor, launch } from '../support/visitor.mjs';

const DOCS = fileURLToPath(new URL('../../../../docs/sandbox/', import.meta.url));
const file = (name) => join(DOCS, 'examples', name);

const LANGUAGES = {
  python: { name: 'sign_in.py', probe: ['python3', '--version'], command: () => ['python3', file('sign_in.py')] },
  node: { name: 'sign_in.mjs', probe: ['node', '--version'], command: () => [process.execPath, file('sign_in.mjs')] },
  php: { name: 'sign_in.php', probe: ['php', '--version'], command: (port) => ['php', '-S', `127.0.0.1:${port}`, file('sign_in.php')] },
  java: { name: 'SignIn.java', probe: ['javac', '-version'], command: () => ['java', file('SignIn.java')] },
  go: { name: 'sign_in.go', probe: ['go', 'version'], command: () => ['go', 'run', file('sign_in.go')] },
};

function isThere([program, ...words]) {
  try {
    execFileSync(program, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The program on a free port, which is the app's trusted domain as long as it runs. */
async function start({ command }, stage, folder) {
  const port = await freePort();
  const domain = `127.0.0.1:${port}`;
  await stage.control('POST', 'agents/change', { agent: 1000002, oauth_domain: domain, web_callback_domains: [domain] });
  const [program, ...words] = command(port);
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, PORT: String(port), WECOM_SANDBOX: stage.sandbox };
  // Its own group: `go run` has a child that must end with it.
  const child = spawn(program, words, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr.on('data', (data) => { said += data; });
  const ended = new Promise((done) => child.once('exit', done));
  const site = `http://${domain}`;
  for (;;) {
    const answer = await fetch(site).catch(() => null);
    if (answer?.ok) break;
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    await new Promise((again) => setTimeout(again, 50));
  }
  const stop = async () => {
    process.kill(-child.pid, 'SIGKILL');
    await ended;
  };
  return { site, stop };
}

for (const [language, how] of Object.entries(LANGUAGES)) {
  const skip = isThere(how.probe) ? false : `${how.probe[0]} is not on this machine`;
  describe(`the program of the ${language} recipe`, { skip, timeout: 120_000 }, () => {
    let stage;
    let browser;
    let program;
    let folder;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'menshen-recipe-'));
      stage = await SandboxStage.start();
      browser = await launch();
      program = await start(how, stage, folder);
      stage.gateway = program.site;
    });
    after(async () => {
      await program?.stop();
      await browser?.close();
      await stage?.stop();
      await rm(folder, { recursive: true, force: true });
    });
    const visit = async (options, act) => {
      const visitor = await Visitor.come(browser, stage, options);
      try {
        await act(visitor, visitor.page);
      } finally {
        await visitor.leave();
      }
    };
    const scanAs = async (page, person) => {
      await page.goto(program.site);
      await page.click('a[href="/login"]');
      await page.click(`button[name=person][value="${person}"]`);
      await page.waitForURL(`${program.site}/**`);
    };

    test('is printed on its page as it lies there', async () => {
      const recipe = await readFile(join(DOCS, `${language}.md`), 'utf8');
      const source = await readFile(file(how.name), 'utf8');
      assert.ok(recipe.includes(source), `docs/sandbox/${language}.md shows another program than ${how.name}`);
    });

    test('signs a member in by the scan page', () => visit({}, async (_, page) => {
      await scanAs(page, 'member:zhangsan');
      assert.match(await page.textContent('body'), /Signed in: 张三 \(zhangsan\)/);
    }));

    test('signs a member in silently inside WeCom', () => visit({ userAgent: IN_WECOM }, async (visitor, page) => {
      await visitor.be('member:lisi');
      await page.goto(`${program.site}/login`);
      assert.match(await page.textContent('body'), /Signed in: 李四 \(lisi\)/);
    }));

    test('turns a stranger away although errcode is 0', () => visit({ userAgent: IN_WECOM }, async (visitor, page) => {
      await visitor.be('stranger:oSandboxStranger0000000000001');
      const answer = await page.goto(`${program.site}/login`);
      assert.equal(answer.status(), 403);
      await page.goto(program.site);
      assert.ok(await page.isVisible('a[href="/login"]'));
    }));

    test('takes a refusal and a forged callback for what they are', () => visit({}, async (_, page) => {
      await page.goto(program.site);
      await page.click('a[href="/login"]');
      await page.click('button[value=refuse]');
      await page.waitForURL(`${program.site}/**`);
      assert.match(await page.textContent('body'), /Refused at WeCom/);
      for (const forged of ['/callback?code=x&state=y', '/callback?code=x', '/callback?code=x&state=']) {
        const answer = await page.goto(program.site + forged);
        assert.equal(answer.status(), 403, forged);
      }
    }));

    test('is refused at WeCom where its page says so', () => visit({}, async (_, page) => {
      await page.goto(`${program.site}/login`);
      assert.match(await page.textContent('body'), /-31033/, 'not reached from a page');
      await page.goto(program.site);
      await page.click('a[href="/login"]');
      await page.click('button[name=person][value="member:sunqi"]');
      await page.waitForLoadState();
      assert.ok(page.url().startsWith(stage.sandbox), page.url());
      assert.match(await page.textContent('body'), /不在|可见范围|权限|permission/);
      await stage.control('POST', 'script', { path: '/cgi-bin/auth/getuserinfo', errcode: -1 });
      await page.goto(program.site);
      await page.click('a[href="/login"]');
      await page.click('button[name=person][value="member:zhangsan"]');
      await page.waitForURL(`${program.site}/**`);
      assert.match(await page.textContent('body'), /-1/, 'a busy WeCom signs nobody in');
    }));

    test('goes on after its token was ended early', () => visit({}, async (_, page) => {
      await stage.control('POST', 'tokens/end', {});
      await scanAs(page, 'member:WangWu');
      assert.match(await page.textContent('body'), /Signed in: 王五 \(WangWu\)/);
    }));
  });
}
