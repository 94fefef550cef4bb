// The hall's screen: takes over what the server draws anew, and says so when the line is down.

const main = document.getElementById('main');
const lost = document.querySelector('[data-lost]');
const LOST_AFTER_MS = 20000;
let timer = 0;

function heard() {
  lost.hidden = true;
  clearTimeout(timer);
  timer = setTimeout(() => { lost.hidden = false; }, LOST_AFTER_MS);
}

function listen() {
  const events = new EventSource(main.dataset.events);
  events.onopen = heard;
  events.addEventListener('screen', (told) => {
    heard();
    main.innerHTML = told.data;
  });
  events.onerror = () => {
    lost.hidden = false;
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);  // the browser gave up: we do not
  };
  // Comments keep the line open without an event, so an open line counts as heard.
  setInterval(() => { if (events.readyState === EventSource.OPEN) heard(); }, 5000);
}

listen();
