// Served as /sw.js, after a head with VERSION and KEPT, the addresses of all assets.
// Assets never change under their name: the cache comes first. Pages come from the network; without it the till's
// page is shown as it was, and any other page says that there is no network. No page with a person's data is kept.

const PAGES = ['/offline', '/till'];
const CACHE = `points-${VERSION}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE)
      .then((cache) => cache.addAll([...KEPT.filter((url) => !url.includes('/qr.')), '/offline']))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

async function page(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && PAGES.includes(path)) {
      (await caches.open(CACHE)).put(path, answer.clone());
    }
    return answer;
  } catch (error) {
    return (PAGES.includes(path) && await caches.match(path)) || caches.match('/offline');
  }
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== 'GET') return;
  if (url.pathname.startsWith('/assets/')) event.respondWith(asset(event.request));
  else if (event.request.mode === 'navigate') event.respondWith(page(event.request, url.pathname));
});
