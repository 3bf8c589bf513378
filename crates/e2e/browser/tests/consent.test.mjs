// Inside the WeCom client, where personal fields are asked for.

import assert from 'node:assert/strict';

import { landed, login, suite } from '../support/suite.mjs';
import { Stage } from '../support/stage.mjs';
import { IN_WECOM } from '../support/visitor.mjs';

const walk = suite(() => Stage.start({ privateInfo: ['mobile', 'email', 'gender'] }));
const phone = { userAgent: IN_WECOM, viewport: { width: 390, height: 844 } };

walk('what is not ticked is not known', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:zhangsan');
  await page.goto(login(stage));
  await page.uncheck('input[name=field][value=mobile]');
  await page.click('button[value=allow]');
  await landed(page, stage);
  const me = await visitor.me();
  assert.equal(me.phone_number, undefined);
  assert.equal(me.email, 'zhangsan@example.com');
});

walk('s_086 whoever refuses gets a page that offers a fresh start, and no session', phone, async ({ page, stage, visitor }) => {
  await visitor.be('member:WangWu');
  await page.goto(login(stage));
  await page.click('button[value=refuse]');
  await page.waitForURL(`${stage.gateway}/_menshen/callback/**`);
  assert.equal((await visitor.me()).status, 401);
  // No way back to WeCom without a click.
  await page.click('main a.button');
  await page.waitForURL(`${stage.sandbox}/**`);
});
