// The digits of an enrolment code lie in the fragment, which is never sent. They are put into the form, and go only
// when the person taps; then they are taken out of the address, so that no history keeps them.

const digits = location.hash.slice(1);
if (/^[0-9]+$/.test(digits)) {
  document.getElementById('digits').value = digits;
  for (const part of document.querySelectorAll('[data-typed]')) part.hidden = true;
  document.querySelector('[data-read]').hidden = false;
  history.replaceState(null, '', location.pathname);
}
