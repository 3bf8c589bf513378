// `cargo xtask pages`: takes a picture of every page a person can meet, at 390 and 1280 pixels, light and dark.
// In: the debug program. Out: PNG files in the folder of the first argument, to be looked at; the few that help a
// reader are copied to docs/screenshots. A second argument takes only the pages whose name holds it.

import { copyFile, mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { consolePages } from './support/console_pages.mjs';
import { Stage } from './support/stage.mjs';
import { IN_WECOM, PHONE, Visitor, launch } from './support/visitor.mjs';

const FOLDER = process.argv[2];
const DOCS = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
const KEPT = [
  'console-departments-zh.390-light', 'console-members-en.1280-dark', 'console-grants-zh.390-dark',
  'demo-signed-in.390-light', 'demo-signed-out.390-light',
  'gateway-choose-door.1280-light', 'gateway-home.390-dark', 'gateway-home.390-light', 'gateway-outsider.390-light',
  'sandbox-consent.390-light', 'sandbox-scan.1280-light',
];
/** A picture that is larger does not belong into a repository. */
const MOST_BYTES = 80_000;

const login = (stage, query = '') => `${stage.gateway}/_menshen/login${query}`;

/** Each page: where it stands, which program looks at it, and how a person gets there. */
const PAGES = {
  'gateway-choose-door': { go: (page, stage) => page.goto(login(stage)) },
  'gateway-open-in-wecom': { userAgent: PHONE, go: (page, stage) => page.goto(login(stage)) },
  'gateway-signed-out-home': { go: (page, stage) => page.goto(stage.gateway) },
  'gateway-home': { userAgent: IN_WECOM, person: 'member:zhangsan', go: signIn },
  'gateway-sign-out': {
    userAgent: IN_WECOM, person: 'member:zhangsan',
    go: async (page, stage) => { await signIn(page, stage); await page.goto(`${stage.gateway}/_menshen/logout`); },
  },
  'gateway-signed-out': {
    userAgent: IN_WECOM, person: 'member:zhangsan',
    go: async (page, stage) => { await signIn(page, stage); await page.click('form[action="/_menshen/logout"] button'); await page.waitForLoadState(); },
  },
  'gateway-outsider': { userAgent: IN_WECOM, person: 'stranger:oSandboxStranger0000000000001', go: (page, stage) => page.goto(login(stage)) },
  'gateway-expired': { go: (page, stage) => page.goto(`${stage.gateway}/_menshen/callback/hq?code=a&state=${'A'.repeat(32)}`) },
  'gateway-bad-request': { go: (page, stage) => page.goto(`${stage.gateway}/_menshen/callback/hq?code=a`) },
  'gateway-not-found': { go: (page, stage) => page.goto(`${stage.gateway}/nothing-here`) },
  'gateway-cancelled': {
    userAgent: IN_WECOM, person: 'member:zhangsan', on: 'consent',
    go: async (page, stage) => { await page.goto(login(stage)); await page.click('button[value=refuse]'); await page.waitForURL(`${stage.gateway}/**`); },
  },
  'sandbox-who-are-you': { userAgent: IN_WECOM, go: (page, stage) => page.goto(login(stage)) },
  'sandbox-consent': { userAgent: IN_WECOM, person: 'member:zhangsan', on: 'consent', go: (page, stage) => page.goto(login(stage)) },
  'sandbox-scan': {
    go: async (page, stage) => { await page.goto(login(stage)); await page.click('main a.button >> nth=0'); await page.waitForURL(`${stage.sandbox}/**`); },
  },
  'demo-signed-out': { on: 'demo', go: (page, stage) => page.goto(stage.gateway) },
  'demo-signed-in': {
    on: 'demo', userAgent: IN_WECOM, person: 'member:zhangsan',
    go: async (page, stage) => { await page.goto(login(stage)); await page.click('button[value=allow]', { timeout: 2000 }).catch(() => {}); await page.waitForURL(`${stage.gateway}/**`); },
  },
  ...consolePages(),
};

async function signIn(page, stage) {
  await page.goto(login(stage));
  await page.waitForURL(`${stage.gateway}/**`);
}

const LOOKS = [
  { name: '390-light', viewport: { width: 390, height: 844 }, colorScheme: 'light', deviceScaleFactor: 1 },
  { name: '390-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark', deviceScaleFactor: 1 },
  { name: '1280-light', viewport: { width: 1280, height: 800 }, colorScheme: 'light', deviceScaleFactor: 1 },
  { name: '1280-dark', viewport: { width: 1280, height: 800 }, colorScheme: 'dark', deviceScaleFactor: 1 },
];

const stages = {
  plain: await Stage.start(),
  consent: await Stage.start({ privateInfo: ['mobile', 'email', 'gender'] }),
  demo: await Stage.startDemo(),
  console: await Stage.start(),
};
const browser = await launch();
await mkdir(FOLDER, { recursive: true });
await mkdir(DOCS, { recursive: true });
try {
  const wanted = Object.entries(PAGES).filter(([name]) => name.includes(process.argv[3] ?? ''));
  for (const [name, { go, person, userAgent, locale, whole = false, on = 'plain' }] of wanted) {
    for (const look of LOOKS) {
      const stage = stages[on];
      const visitor = await Visitor.come(browser, stage, { ...look, ...(userAgent && { userAgent }), ...(locale && { locale }) });
      if (person) await visitor.be(person);
      await go(visitor.page, stage);
      const path = `${FOLDER}/${name}.${look.name}.png`;
      await visitor.page.screenshot({ path, fullPage: whole });
      await visitor.leave();
      const { size } = await stat(path);
      const isKept = KEPT.includes(`${name}.${look.name}`);
      if (isKept && size > MOST_BYTES) throw new Error(`${path}: ${size} bytes`);
      if (isKept) await copyFile(path, `${DOCS}/${name}.${look.name}.png`);
      console.log(`${path}${isKept ? ', kept' : ''}`);
    }
  }
} finally {
  await browser.close();
  for (const stage of Object.values(stages)) await stage.stop();
}
