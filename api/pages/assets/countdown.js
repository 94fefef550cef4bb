// How long a payment code still lives. The server's clock counts: the phone's may be wrong, so only time passed is
// measured here, from the moment at which the page was made.
import { say } from './sentences.js';

const code = document.querySelector('[data-code]');
const shown = code.querySelector('[data-countdown]');
const ended = code.querySelector('[data-ended]');
const livesForMs = Date.parse(code.dataset.expiresAt) - Date.parse(code.dataset.now);

function tick() {
  const leftS = Math.ceil((livesForMs - performance.now()) / 1000);
  if (leftS > 0) {
    shown.textContent = say('countdown.left', { seconds: leftS });
    setTimeout(tick, 250);
    return;
  }
  code.classList.add('ended');
  shown.hidden = true;
  ended.hidden = false;
}

tick();

// A screen that goes dark while the cashier scans helps nobody; where the phone refuses, nothing is lost.
if (navigator.wakeLock) navigator.wakeLock.request('screen').catch(() => {});
