// The page's own sentences, in its language; the facts are filled in here.

const element = document.getElementById('sentences');
const sentences = element ? JSON.parse(element.textContent) : {};

export function say(slug, facts) {
  return (sentences[slug] || slug).replace(/\{(\w+)\}/g, (place, name) =>
    facts && name in facts ? String(facts[name]) : place);
}
