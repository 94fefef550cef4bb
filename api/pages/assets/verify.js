// Checking a receipt or a certificate: its code by camera or photo into the field; the answer is the server's.
import { hasCamera, readPhoto, scan } from './camera.js';
import { say } from './sentences.js';

const part = (name) => document.querySelector(`[data-${name}]`);
const field = document.getElementById('code');

function take(text) {
  if (!text) {
    part('said').textContent = say('scan.nothing');
    return;
  }
  field.value = text;
  field.form.requestSubmit();
}

part('photo').hidden = false;
part('photo').querySelector('input').addEventListener('change', async (event) => {
  const [file] = event.target.files;
  if (file) take(await readPhoto(file).catch(() => null));
});

if (hasCamera()) {
  part('camera').hidden = false;
  part('camera').addEventListener('click', async () => {
    try {
      take(await scan(part('video')));
    } catch (error) {
      part('said').textContent = say('scan.no-camera');
    }
  });
}
