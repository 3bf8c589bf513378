// `menshen demo`, as a visitor meets it on a desktop.

import assert from 'node:assert/strict';

import { Stage } from '../support/stage.mjs';
import { login, suite } from '../support/suite.mjs';

const walk = suite(() => Stage.startDemo());
const desktop = { viewport: { width: 1280, height: 800 } };

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

walk('the first page leads in, and the site shows who it is', desktop, async ({ page, stage }) => {
  await page.goto(stage.gateway);
  await page.click('a.button[href^="/_menshen/login"]');
  await confirm(page, stage, 'zhangsan');
  assert.match(await page.textContent('.person'), /张三/);
  assert.match(await page.textContent('main'), /总部/);
});

walk('a disabled member loses access at the next click', desktop, async ({ page, stage, visitor }) => {
  await signIn(page, stage, 'lisi');
  await page.click('form[action="/demo/disable"] button');
  await page.goto(stage.gateway);
  assert.equal((await visitor.me()).status, 401);
  assert.equal(await page.locator('.person').count(), 0);
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
