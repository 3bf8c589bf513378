// A running `menshen`: started, waited for until it says that it is ready, stopped. In: arguments and a folder.
// Out: what it said when it was ready, and every line it logged.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const MENSHEN = process.env.MENSHEN;

export class Program {
  static async start(args, folder) {
    if (!MENSHEN) throw new Error('MENSHEN does not say where the program is: run `cargo xtask test`');
    const child = spawn(MENSHEN, ['--log', 'json', ...args], { cwd: folder, env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
    const program = new Program(child);
    const ended = new Promise((done) => child.once('close', done));
    program.ended = ended;
    const said = await new Promise((ready, fail) => {
      child.once('error', fail);
      ended.then((code) => fail(new Error(`menshen ${args[0]} ended with ${code}:\n${program.log.join('\n')}`)));
      createInterface({ input: child.stderr }).on('line', (line) => {
        program.log.push(line);
        if (line.includes('is ready')) ready(JSON.parse(line));
      });
    });
    program.said = said.fields ?? said;
    return program;
  }

  constructor(child) {
    this.child = child;
    this.log = [];
  }

  /** Stops it as an operator would; the exit code. */
  async stop() {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
