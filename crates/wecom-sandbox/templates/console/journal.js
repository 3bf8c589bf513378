// The journal without reloading: asks for what came after the newest line that is shown, and the server answers
// as soon as there is something. In: the list and its filter. Out: new lines on top. Without this script the
// page works too: it is reloaded by hand.
'use strict';

const list = document.getElementById('lines');
const state = document.getElementById('live');
const pause = document.getElementById('pause');
const MOST = 500;
let isPaused = false;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function listen() {
  let after = list.dataset.last;
  for (;;) {
    if (isPaused) {
      await wait(300);
      continue;
    }
    try {
      const answer = await fetch(`/_sandbox/journal/news?after=${after}${list.dataset.filter}`);
      if (answer.status === 205) {
        location.reload();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      after = answer.headers.get('x-last') ?? after;
      const html = await answer.text();
      if (html) {
        list.insertAdjacentHTML('afterbegin', html);
        document.getElementById('nothing')?.remove();
        while (list.children.length > MOST) list.lastElementChild.remove();
      }
      state.textContent = state.dataset.on;
    } catch {
      state.textContent = state.dataset.off;
      await wait(2000);
    }
  }
}

pause.addEventListener('click', () => {
  isPaused = !isPaused;
  pause.setAttribute('aria-pressed', String(isPaused));
});
state.hidden = false;
pause.hidden = false;
listen();
