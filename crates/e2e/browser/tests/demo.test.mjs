// `menshen demo`, as a visitor meets it on a desktop and on a phone.

import assert from 'node:assert/strict';

import { Stage } from '../support/stage.mjs';
import { login, suite } from '../support/suite.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

const walk = suite(() => Stage.startDemo());
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { userAgent: IN_WECOM, viewport: { width: 390, height: 844 } };

/** From the page of doors through the scan page, as this member. */
async function signIn(page, stage, member) {
  await page.goto(login(stage));
  await confirm(page, stage, member);
}

async function confirm(page, stage, member) {
  await page.click('main a.button >> nth=0');
  await page.click(`button[name=person][value="member:${member}"]`);
  await page.waitForURL(`${stage.gateway}/**`);
}

/** Only the site itself says what it received. */
const isLetIn = async (page) => (await page.locator('.lines').count()) === 1;

walk('the first page leads in, and the site shows who it is', desktop, async ({ page, stage }) => {
  await page.goto(stage.gateway);
  await page.click('a.button[href^="/_menshen/login"]');
  await confirm(page, stage, 'zhangsan');
  assert.match(await page.textContent('.person'), /张三/);
  assert.match(await page.textContent('main'), /总部/);
});

walk('four pages as somebody of the department: three open, one is refused with a way back', desktop, async ({ page, stage }) => {
  await signIn(page, stage, 'zhangsan');
  for (const path of ['/open', '/everyone', '/research']) {
    await page.click(`main a[href="${path}"]`);
    assert.ok(await isLetIn(page), path);
    const text = await page.textContent('main');
    assert.match(text, /zhangsan/, path);
    assert.match(text, /menshen-assertion|X-Menshen-Assertion 是真的/i, path);
    await page.click('main a[href="/"]');
  }
  await page.click('main a[href="/admins"]');
  assert.match(await page.textContent('h1'), /你不能打开这个页面/);
  assert.match(await page.textContent('main'), /你现在以 张三 的身份登录/);
  assert.ok(!(await isLetIn(page)));
  await page.click('main a.button[href="/"]');
  assert.match(await page.textContent('.person'), /张三/);
});

walk('the same as somebody with the tag', desktop, async ({ page, stage }) => {
  await signIn(page, stage, 'lisi');
  await page.goto(`${stage.gateway}/admins`);
  assert.ok(await isLetIn(page));
  const answer = await page.goto(`${stage.gateway}/research`);
  assert.equal(answer.status(), 403);
  assert.match(await page.textContent('main'), /李四/);
});

walk('s_073 signed out: the open page, else the sign-in, and back where one was', desktop, async ({ page, stage }) => {
  await page.goto(`${stage.gateway}/open`);
  assert.ok(await isLetIn(page));
  for (const path of ['/everyone', '/admins', '/research']) {
    await page.goto(`${stage.gateway}${path}`);
    assert.ok(!(await isLetIn(page)), path);
    assert.ok(await page.isVisible('main a.button'), `${path} leads on`);
  }
  await confirm(page, stage, 'zhangsan');
  assert.equal(new URL(page.url()).pathname, '/research');
  assert.ok(await isLetIn(page));
});

walk('s_034 forged identity headers do not arrive', { ...phone, locale: 'en-US' }, async ({ page, stage }) => {
  await page.goto(stage.gateway);
  await page.click('form[action="/forged"] button');
  assert.equal(await page.locator('.lines li').count(), 6);
  assert.equal(await page.locator('.lines strong').count(), 0, 'nothing arrived as it was sent');
});

walk('a disabled member loses access at the next click', desktop, async ({ page, stage, visitor }) => {
  await signIn(page, stage, 'lisi');
  await page.click('form[action="/demo/disable"] button');
  await page.goto(stage.gateway);
  assert.equal((await visitor.me()).status, 401);
  assert.equal(await page.locator('.person').count(), 0);
  const again = page.locator('form[action="/demo/enable"]', { has: page.locator('[value="lisi"]') });
  await again.locator('button').click();
  await page.waitForLoadState();
  await signIn(page, stage, 'lisi');
  assert.match(await page.textContent('.person'), /李四/);
});

walk('after the token was ended early the next login works all the same', desktop, async ({ page, stage }) => {
  await signIn(page, stage, 'zhangsan');
  await page.click('form[action="/demo/end-token"] button');
  await page.waitForLoadState();
  await signIn(page, stage, 'zhangsan');
  assert.match(await page.textContent('.person'), /张三/);
});

walk('31 days later nobody is signed in', desktop, async ({ page, stage, visitor }) => {
  await signIn(page, stage, 'WangWu');
  await page.click('form[action="/demo/later"] button');
  await page.waitForLoadState();
  assert.equal((await visitor.me()).status, 401);
});

walk('a desktop can play the client, and give only some fields', desktop, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  await page.goto(`${stage.sandbox}/_sandbox/client`);
  await page.click('button[name=client]');
  await page.goto(`${login(stage)}?door=in_app`);
  await page.uncheck('input[name=field][value=mobile]');
  await page.click('button[value=allow]');
  await page.waitForURL(`${stage.gateway}/**`);
  const me = await visitor.me();
  assert.equal(me.preferred_username, 'zhangsan');
  assert.equal(me.phone_number, undefined);
});

walk('no line of a page is wider than a phone, and no email breaks inside a word', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  await page.goto(login(stage));
  await page.click('button[value=allow]', { timeout: 2000 }).catch(() => {});
  await page.waitForURL(`${stage.gateway}/**`);
  for (const path of ['/', '/_menshen/', '/research']) {
    await page.goto(`${stage.gateway}${path}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, path);
    const email = page.locator('dd bdi', { hasText: '@' });
    for (const box of await email.all()) assert.equal((await box.evaluate((one) => one.getClientRects().length)), 1, path);
  }
});
