// One stage and one browser for all tests of a file; one visitor for each test, asked at its end whether its
// pages behaved.

import { after, before, test } from 'node:test';

import { Stage } from './stage.mjs';
import { Visitor, launch } from './visitor.mjs';

/**
 * Raises what the tests of a file share; `raise` starts the stage. `walk(title, options, act)` is a test with a
 * visitor of its own.
 */
export function suite(raise = () => Stage.start()) {
  let stage;
  let browser;
  before(async () => {
    stage = await raise();
    browser = await launch(stage.flags);
  });
  after(async () => {
    await browser?.close();
    await stage?.stop();
  });
  return (title, options, act) =>
    test(title, { timeout: 30_000 }, async () => {
      const visitor = await Visitor.come(browser, stage, options);
      try {
        await act({ visitor, page: visitor.page, stage, come: (more) => Visitor.come(browser, stage, more) });
      } finally {
        await visitor.leave();
      }
    });
}

/** Where a login through the WeCom client's own door begins. */
export const login = (stage) => `${stage.gateway}/_menshen/login`;

/** Waits until a tab has landed on the gateway; the fragment does not matter. */
export const landed = (page, stage, place = '/') =>
  page.waitForURL((url) => url.origin === stage.gateway && url.pathname + url.search === place);
