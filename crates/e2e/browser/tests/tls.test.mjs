// By https, as every installation runs: the cookies that only a real browser can judge.

import assert from 'node:assert/strict';

import { landed, login, suite } from '../support/suite.mjs';
import { Stage } from '../support/stage.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

const walk = suite(() => Stage.start({ isTls: true }));
const phone = { userAgent: IN_WECOM, ignoreHTTPSErrors: true };
const SESSION = '__Host-menshen_session';

/** The gateway's own cookies: the sandbox has its on the same address, and a port keeps no cookies apart. */
const guarded = async ({ context, stage }) => {
  const all = await context.cookies(stage.gateway);
  return all.filter(({ name }) => name.includes('menshen'));
};

walk('s_162 s_155 the guarded cookies are taken, sent back and taken away', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  const callback = await visitor.walkToCallback(page, () => page.goto(login(stage)));
  const [attempt, ...more] = await guarded(visitor);
  assert.equal(more.length, 0);
  assert.match(attempt.name, /^__Host-menshen_attempt_[0-9a-f]{8}$/);
  await page.goto(callback);
  await landed(page, stage);
  assert.equal((await visitor.me()).preferred_username, 'zhangsan');
  const kept = await guarded(visitor);
  assert.equal(kept.length, 2, 'the session, and the attempt for another minute');
  for (const cookie of kept) {
    const { name, secure, httpOnly, sameSite, path } = cookie;
    assert.match(name, /^__Host-/);
    assert.deepEqual({ secure, httpOnly, sameSite, path }, { secure: true, httpOnly: true, sameSite: 'Lax', path: '/' }, name);
  }
  // No script of a page sees any of them.
  assert.doesNotMatch(await page.evaluate(() => document.cookie), /menshen/);
  await page.click('form[action="/_menshen/logout"] button');
  await page.waitForLoadState();
  assert.ok(!(await visitor.cookies()).includes(SESSION), 'the browser has dropped it');
  assert.equal((await visitor.me()).status, 401);
});

walk('s_164 s_165 nothing that a page may plant passes for the session', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  await page.goto(login(stage));
  await landed(page, stage);
  // By the browser itself: what it sends is what counts.
  const me = async () => (await page.goto(`${stage.gateway}/_menshen/me`)).json();
  const before = await me();
  assert.equal(before.preferred_username, 'zhangsan');
  // A script on our own host, which we never have: the worst that could plant a cookie.
  const planted = await page.evaluate((name) => {
    const value = 'A'.repeat(43);
    document.cookie = `${name}=${value}`;
    document.cookie = `${name}=${value}; path=/_menshen`;
    document.cookie = `${name}=${value}; path=/; domain=${location.hostname}`;
    document.cookie = `${name.toUpperCase()}=${value}; path=/; secure`;
    document.cookie = `\u2000${name}=${value}; path=/; secure`;
    document.cookie = `=${name}=${value}; path=/; secure`;
    return document.cookie;
  }, SESSION);
  assert.doesNotMatch(planted, new RegExp(`(^|; )${SESSION}=`), 'the browser refuses what is not guarded');
  assert.deepEqual(await me(), before, 'and what it does take changes nothing');
});

walk('s_072 another site cannot show a page of ours in a frame', phone, async ({ page, stage, visitor }) => {
  await page.goto(`${stage.sandbox}/_sandbox/client`);
  await page.evaluate((address) => new Promise((done) => {
    const frame = document.createElement('iframe');
    frame.onload = done;
    frame.src = address;
    document.body.append(frame);
  }), stage.gateway);
  const [, frame] = page.frames();
  // Not our page, which was fetched, but the browser's own about a page that refused to connect.
  assert.match(frame.url(), /^chrome-error:/);
  const text = await frame.evaluate(() => document.body.innerText);
  assert.doesNotMatch(text, /登录/);
  visitor.complaints = visitor.complaints.filter((words) => !/frame-ancestors|frame-src|Refused to frame|Framing/.test(words));
});
