// The sandbox's console for the pictures: every page, in Chinese and in English. In: a stage. Out: how to get to each.

import { KEY, TOKEN, receiver } from './receiver.mjs';

const at = (path, prepare) => async (page, stage) => {
  await prepare?.(page, stage);
  await page.goto(`${stage.sandbox}/_sandbox/${path}`);
};

/** Something for the journal, the tokens and the faults to show. */
async function busy(page, stage) {
  const ask = async (path) => (await fetch(`${stage.sandbox}/cgi-bin/${path}`)).json();
  await stage.control('DELETE', 'script', {});
  const secret = 'sandbox-secret-1000002-AAAAAAAAAAAAAAAAAAAA';
  const { access_token: token } = await ask(`gettoken?corpid=ww5f1e2d3c4b5a6978&corpsecret=${secret}`);
  await ask(`user/get?access_token=${token}&userid=zhangsan`);
  await ask(`get_jsapi_ticket?access_token=${token}`);
  await ask(`auth/getuserinfo?access_token=${token}&code=neverissued`);
  await stage.control('POST', 'script', { path: '/cgi-bin/gettoken', errcode: -1, times: 3 });
  await stage.control('POST', 'script', { path: '/cgi-bin/user/get', delay_ms: 3000, percent: 20, times: 4294967295 });
}

/** An address for pushes, and one push that nobody answers. */
async function pushing(page, stage) {
  const { url, stop } = await receiver();
  await stage.control('PUT', 'callbacks', { url, token: TOKEN, aes_key: KEY });
  await stage.control('POST', 'push', { xml: '<xml/>' });
  await stop();
  await stage.control('POST', 'push', { xml: '<xml/>' });
}

/** Somebody who waits for two-step verification. */
async function verifying(page, stage) {
  const range = { departments: [3] };
  await stage.control('PUT', 'two_step/settings', { url: 'http://127.0.0.1:8080/verify', range });
  await stage.control('POST', 'two_step/begin', { user_id: 'lisi', kind: 'use' });
}

/** Two switches that are not at their default. */
const turned = (page, stage) => stage.control('PUT', 'switches', { switches: { hint: 'old', push_order: 'shuffled' } });

const wrong = async (page, stage) => {
  await page.goto(`${stage.sandbox}/_sandbox/members/edit`);
  await page.fill('[name=user_id]', '_li si');
  await page.fill('[name=direct_leader]', 'nobody');
  await page.fill('[name=mobile]', '13900000000');
  await page.click('form.edit button[type=submit]');
  await page.waitForSelector('[role=alert]');
};

const PAGES = {
  overview: at('', busy),
  journal: at('journal', busy),
  faults: at('faults', busy),
  corps: at('corps'),
  corp: at('corps/edit?id=ww5f1e2d3c4b5a6978'),
  pushes: at('pushes', pushing),
  push: at('pushes/edit?id=1000003'),
  message: at('pushes/send?to=sync&event=create_user', pushing),
  verification: at('verification', verifying),
  apps: at('agents'),
  app: at('agents/edit?id=1000002'),
  members: at('members'),
  member: at('members/edit?id=zhangsan'),
  'member-refused': wrong,
  departments: at('departments'),
  department: at('departments/edit?id=4'),
  tags: at('tags'),
  tag: at('tags/edit?id=1'),
  grants: at('grants', busy),
  switches: at('switches', turned),
  client: at('client'),
};

/** Where each page stands, below `/_sandbox/`. */
export const PATHS = [
  '', 'journal', 'faults', 'corps', 'corps/edit', 'corps/edit?id=ww5f1e2d3c4b5a6978', 'pushes', 'pushes/edit?id=sync',
  'pushes/send?to=sync&event=create_user', 'verification', 'verification/edit', 'agents', 'agents/edit', 'agents/edit?id=1000002', 'members', 'members/edit?id=zhangsan',
  'departments', 'departments/edit?id=4', 'tags', 'tags/edit?id=1', 'grants', 'switches', 'client',
];

/** `console-<page>-<language>`, as the pictures want them. */
export function consolePages() {
  const languages = { zh: 'zh-CN', en: 'en-US' };
  const pages = Object.entries(PAGES).flatMap(([name, go]) =>
    Object.entries(languages).map(([word, locale]) => [
      `console-${name}-${word}`,
      { person: 'member:zhangsan', locale, whole: true, on: 'console', go },
    ]),
  );
  return Object.fromEntries(pages);
}
