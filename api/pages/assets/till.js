// The till's page: a code by camera, photo, scanner or typing; the answer is the server's.
import { hasCamera, readPhoto, scan } from './camera.js';
import { mayTakeOffline, unsent } from './outbox.js';
import { say } from './sentences.js';
import { listenToWedge } from './wedge.js';

const form = document.querySelector('[data-till]');
const { points, code } = form.elements;
const part = (name) => document.querySelector(`[data-${name}]`);
const told = part('told');

function tell(slug, bad) {
  told.textContent = say(slug, { points: points.value });
  told.classList.toggle('bad', Boolean(bad));
}

function take(text) {
  if (!/^[0-9]{12}$|^[0-9]{253}$/.test(text)) {
    tell('scan.not-a-code', true);
    return;
  }
  code.value = text;
  tell(points.value ? 'till.read' : 'till.read-no-amount');
  (points.value ? part('charge') : points).focus();
}

async function fromCamera() {
  if (!hasCamera()) {
    tell('scan.no-camera', true);
    return;
  }
  tell('scan.looking');
  try {
    take(await scan(part('video')));
  } catch (error) {
    tell('scan.no-camera', true);
  }
}

async function fromPhoto() {
  const [file] = part('file').files;
  if (!file) return;
  const text = await readPhoto(file).catch(() => null);
  if (text) take(text);
  else tell('scan.nothing', true);
  part('file').value = '';
}

async function showUnsent() {
  const rows = await unsent();
  part('outbox').hidden = rows.length === 0;
  part('rows').replaceChildren(...rows.map((row) => {
    const line = document.createElement('li');
    line.textContent = say(`till.row-${row.state}`, row);
    return line;
  }));
}

part('scanning').hidden = false;
part('camera').addEventListener('click', fromCamera);
part('choose').addEventListener('click', () => part('file').click());
part('file').addEventListener('change', fromPhoto);
listenToWedge(take);

// Without the network a sent form would show the browser's error page and lose what was typed.
form.addEventListener('submit', async (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  tell((await mayTakeOffline()) ? 'till.offline-ready' : 'till.offline', true);
});
window.addEventListener('online', () => tell('till.online'));
showUnsent();
