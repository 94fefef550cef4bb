// A keyboard-wedge scanner types: fast, and ends with Enter. Wherever the cursor stands, its burst must not land in
// the amount, and its Enter must not send the form.

const GAP_MS = 50; // no person types two keys within this, every scanner does
const PERSON = 4; // so many keys in a row a quick hand may manage
const LEAST = 12; // a short code; anything shorter was a person

function digitOf(event) {
  if (/^[0-9]$/.test(event.key)) return event.key;
  // A Chinese input method says only "Process"; the key's place still tells.
  const place = /^(?:Digit|Numpad)([0-9])$/.exec(event.code || '');
  return event.key === 'Process' && place ? place[1] : null;
}

/** Call `onCode` with each burst of digits that a scanner typed; the field it fell into is as before. */
export function listenToWedge(onCode) {
  let burst = '';
  let before = null;
  let lastMs = 0;

  document.addEventListener('keydown', (event) => {
    const gapMs = event.timeStamp - lastMs;
    const digit = digitOf(event);
    if (event.key === 'Enter' && burst.length >= LEAST && gapMs < GAP_MS) {
      event.preventDefault();
      event.stopPropagation();
      const read = burst;
      if (before) before.field.value = before.value;
      burst = '';
      before = null;
      onCode(read);
      return;
    }
    if (digit === null) {
      if (!['Shift', 'Process', 'Unidentified'].includes(event.key)) burst = '';
      return;
    }
    if (burst === '' || gapMs >= GAP_MS) {
      burst = '';
      const field = document.activeElement;
      before = field && 'value' in field ? { field, value: field.value } : null;
    }
    lastMs = event.timeStamp;
    burst += digit;
    // The first few looked like a person's; they are taken back above.
    if (burst.length > PERSON) event.preventDefault();
  }, true);
}
